"""The pickles in PyTorch's files, interpreted without executing anything in them.

A pickle is a program for a machine with a stack. Most opcodes push a value, or put what lies above a mark into a tuple,
list or dict; GLOBAL names a function, and REDUCE calls it. Here the functions are those of a table, and a pickle can
only call them. Python's pickletools reads the opcodes one by one; obeyed are those that PyTorch's files have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pickletools import genops
from typing import IO, Any, Protocol

DEEPEST = 1000
"""Python's pickler goes no deeper into nested values."""

CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
ARGUMENTS = frozenset(
    {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
    | {"BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"}
)
"""Opcodes that push what they are followed by."""

TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


@dataclass(frozen=True)
class Function:
    """A function that the pickle has named: it can be called, and is no value."""

    module: str
    name: str
    call: Callable[..., Any]


class Arguments(tuple[Any, ...]):
    """A tuple with functions or storages in it: a function can be called with it, and it is no value."""

    __slots__ = ()


@dataclass(frozen=True)
class Storage:
    """The numbers that tensors lie in, as they are stored, and their dtype. It is no value: its tensors are."""

    dtype: str
    stored: Any


INTERNAL = (Function, Arguments, Storage)
"""What is no value."""


class Builder(Protocol):
    """What a pickle builds its values with."""

    def functions(self) -> dict[tuple[str, str], Any]:
        """By module and name, the functions that it may call; and strings, for what is read as one."""

    def storage(self, *reference: Any) -> Storage:
        """The storage of a persistent id."""

    def set_state(self, target: Any, state: Any) -> None:
        """Give a new value its state. Raises ValueError for what has none."""

    def take(self, size: int) -> None:
        """Count memory, in bytes. Raises ValueError where it is too much."""


class Pickle:
    """A pickle while it is interpreted."""

    def __init__(self, builder: Builder) -> None:
        self.builder, self.functions = builder, builder.functions()
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        """The stacks below the marks."""
        self.memo: list[Any] = []

    def load(self, file: IO[bytes]) -> Any:
        """The value of the pickle that begins at the file's position."""
        for opcode, argument, _ in genops(file):
            self._obey(opcode.name, argument)
        (value,) = self.stack
        return self._value(value)

    def _obey(self, opcode: str, argument: Any) -> None:
        stack = self.stack
        match opcode:
            case _ if opcode in ARGUMENTS:
                stack.append(argument)
            case "BYTEARRAY8":
                stack.append(bytes(argument))
            case _ if opcode in CONSTANTS:
                stack.append(CONSTANTS[opcode])
            case "BINPUT" | "LONG_BINPUT":
                self._remember(argument)
            case "MEMOIZE":
                self._remember(len(self.memo))
            case "BINGET" | "LONG_BINGET":
                stack.append(self.memo[argument])
            case "MARK":
                self._mark()
            case "TUPLE":
                self._push_tuple(self._above_mark())
            case _ if opcode in TUPLES:
                self._push_tuple([stack.pop() for _ in range(TUPLES[opcode])][::-1])
            case "EMPTY_LIST":
                self._push([], 88)
            case "APPEND":
                item = stack.pop()
                self._top(list).append(self._value(item))
            case "APPENDS":
                items = self._above_mark()
                self._top(list).extend([self._value(item) for item in items])
            case "EMPTY_DICT":
                self._push({}, 232)
            case "SETITEM":
                value, key = stack.pop(), stack.pop()
                self._set_items([key, value])
            case "SETITEMS":
                self._set_items(self._above_mark())
            case "EMPTY_SET":
                self._push(set(), 216)
            case "ADDITEMS":
                items = self._above_mark()
                self._top(set).update(map(checked_key, items))
            case "FROZENSET":
                self._push(set(map(checked_key, self._above_mark())), 216)
            case "GLOBAL":
                self._push_function(*argument.split(" ", 1))
            case "STACK_GLOBAL":
                name, module = stack.pop(), stack.pop()
                self._push_function(module, name)
            case "REDUCE" | "NEWOBJ":
                arguments, function = stack.pop(), stack.pop()
                self._push(_checked_function(function).call(*arguments), 128)
            case "BUILD":
                state = stack.pop()
                if type(stack[-1]) is not dict:  # an OrderedDict's attributes are ignored
                    self.builder.set_state(stack[-1], state)
            case "BINPERSID":
                stack.append(self.builder.storage(*stack.pop()))
            case "PROTO" | "FRAME" | "STOP":
                pass
            case _:
                raise ValueError(f"it has the opcode {opcode}, which PyTorch's files do not have")

    def _push(self, value: Any, size: int) -> None:
        self.builder.take(size)
        self.stack.append(value)

    def _push_tuple(self, items: list[Any]) -> None:
        internal = any(isinstance(item, INTERNAL) for item in items)
        self._push(Arguments(items) if internal else tuple(items), 64)

    def _push_function(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise ValueError("it names a function by what is no text")
        known = self.functions.get((module, name))
        if known is None:
            raise ValueError(self._refused(module, name))
        self.stack.append(known if isinstance(known, str) else Function(module, name, known))

    def _remember(self, index: int) -> None:
        if index > len(self.memo):
            raise ValueError(f"it remembers a value as number {index}, after only {len(self.memo)} others")
        self.memo[index : index + 1] = [self.stack[-1]]

    def _mark(self) -> None:
        if len(self.below) == DEEPEST:
            raise ValueError(f"its values are nested more than {DEEPEST} deep")
        self.below.append(self.stack)
        self.stack = []

    def _above_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def _top(self, kind: type) -> Any:
        if type(self.stack[-1]) is not kind:
            raise ValueError(f"it adds items to {type(self.stack[-1]).__name__}, which is no {kind.__name__}")
        return self.stack[-1]

    def _set_items(self, items: list[Any]) -> None:
        target = self._top(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[checked_key(key)] = self._value(value)

    def _value(self, item: Any) -> Any:
        """The item, as a part of the contents; ValueError where it is but a part of a call."""
        if isinstance(item, Function):
            raise ValueError(self._refused(item.module, item.name))
        if isinstance(item, Arguments | Storage):
            raise ValueError("it holds a storage or a function, not only the tensors made of them")
        return item

    def _refused(self, module: str, name: str) -> str:
        place = self._place()
        advice = "Leave it out of the file, or save the numbers, strings, lists and dicts that it is made of"
        if not place or module.startswith("torch.nn."):
            advice = "Save the state_dict() instead of the object"
        kind = f"{module}.{name}"
        where = f"at {place:.100}, " if place else ""
        return f"{where}it holds a {kind:.100}, and only tensors, numbers, strings, lists and dicts are read. {advice}"

    def _place(self) -> str:
        """Where in nested dicts the next value belongs: the last key of each, "model.weight"."""
        return ".".join(str(key) for level in [*self.below, self.stack] for key in _open_keys(level))


def _open_keys(level: list[Any]) -> list[Any]:
    """The keys on the stack whose values are still to come: the last one, and those before dicts without an item."""
    at = len(level) - 1
    if at > 0 and isinstance(level[at], list | dict):  # the items above the mark go in there
        at -= 1
    keys: list[Any] = []
    while at >= 0 and type(level[at]) in (str, int):
        keys.insert(0, level[at])
        at = at - 2 if at > 0 and type(level[at - 1]) is dict and not level[at - 1] else -1
    return keys


def _checked_function(function: Any) -> Function:
    if not isinstance(function, Function):
        raise ValueError(f"it calls {type(function).__name__}, which is no function")
    return function


def checked_key(key: Any) -> Any:
    """A key of a dict or an item of a set. ValueError for others than strings, numbers and small tuples of them.

    The hash of a nested tuple, or of integers chosen for it, can take any time.
    """
    parts = key if isinstance(key, tuple) and len(key) < 10 else (key,)
    if not all(_is_simple(part) for part in parts):
        raise ValueError(f"a dict or set in it has a key of type {type(key).__name__}; strings and numbers are read")
    return key


def _is_simple(key: Any) -> bool:
    if isinstance(key, int):
        return bool(-(2**63) <= key < 2**64)
    return key is None or isinstance(key, str | bytes | float)
