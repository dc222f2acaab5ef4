"""Tensor: an array that remembers how it was made. Its values, its graph, NumPy's and Python's protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import ref

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd.errors import describe
from autograd.graph import SMALL, Node, after_hooks, leaf, reverse, set_gradient
from autograd.mode import mode
from autograd.operators import Operand, Operators, call, functions, is_foreign, needs_gradient, without_tensors
from autograd.other_names import missing
from autograd.shape_only import ShapeOnly
from autograd.sharing import before_change, memory_of, watch

Array: TypeAlias = NDArray[Any]

_adding_up = Lock()
"""Held while gradients are added to what is in `grad`, so that none is lost between threads."""

_default_dtype: np.dtype[Any] = np.dtype(np.float32)


def set_default_dtype(dtype: DTypeLike) -> None:
    """Set the dtype that Python numbers and lists get in a Tensor (at the start: float32)."""
    global _default_dtype
    given = np.dtype(dtype)
    if not np.issubdtype(given, np.floating):
        raise TypeError(f"the default dtype must be a floating point dtype, not {given}")
    _default_dtype = given


def get_default_dtype() -> np.dtype[Any]:
    """The dtype that Python numbers and lists get in a Tensor."""
    return _default_dtype


def as_values(data: Any, dtype: DTypeLike | None = None) -> Array:
    """A new array of numbers with the values of `data`; Python numbers and lists get the default dtype."""
    if isinstance(data, Tensor):
        data = data._array
    if isinstance(data, ShapeOnly):
        return data if dtype is None else data.astype(dtype)
    if isinstance(data, list | tuple) and any(isinstance(item, Tensor) for item in data):
        raise TypeError("a list of Tensors is not a Tensor: join them with np.stack or np.concatenate.")
    if isinstance(data, np.ma.MaskedArray):
        raise TypeError("a Tensor has no mask: fill the masked array first, with .filled(...).")
    try:
        array = np.array(data)
        if array.dtype.kind not in "biufc":
            raise TypeError(f"its dtype would be {array.dtype}")
        if dtype is None and array.dtype.kind in "iuf" and isinstance(data, int | float | list | tuple):
            dtype = array.dtype if isinstance(data, np.generic) else _default_dtype
        return array if dtype is None else array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError) as error:
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"a Tensor holds numbers, which {describe(data)} does not give: {error}.") from error


def _refuse_whole_numbers(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "fc":
        raise TypeError(
            f"a tensor of dtype {dtype} cannot require a gradient: derivatives need floating point numbers. Give "
            "dtype=np.float32, or convert first with .astype(np.float32)."
        )


def from_dlpack(x: Any) -> Tensor:
    """A constant Tensor on the memory of another library's array, such as a PyTorch tensor, without a copy."""
    return wrap(np.from_dlpack(x))


def small(array: Array) -> Array | None:
    """The array, for a node to keep and a drawing to show, if it is small enough; never a view of a larger one."""
    if array.size > SMALL or isinstance(array, ShapeOnly):
        return None
    return array if array.base is None else array.copy("K")


def read_only(array: Array) -> Array:
    """A view through which the array cannot be changed."""
    view = array.view()
    view.flags.writeable = False
    return view


def wrap(array: Any, node: Node | None = None) -> Tensor:
    """A Tensor around the result of an operation: the array is not copied."""
    tensor = object.__new__(Tensor)
    tensor._array = array if isinstance(array, np.ndarray) else np.asarray(array)
    tensor._node = node
    return tensor


class Tensor(Operators):
    """An n-dimensional array whose operations are recorded, so that gradients can flow back through them.

    `data` is copied; Python numbers and lists become the default dtype (float32), an array keeps its own, unless
    `dtype` is given. With `requires_grad` (floating point and complex dtypes only), operations on the tensor are
    recorded and `backward()` leaves its gradient in `grad`. `name` is what drawings and errors call it.

    Operations make new Tensors, and so does `x += y`. A leaf that requires a gradient is changed in place, for a step
    between two graphs: by `w -= step` and `w += step`, by `w.data = ...`, and under `no_grad()` by any in-place
    operator and `w[i] = v`. A graph built before and reversed after raises GraphError. Writing through an array kept
    from earlier, `a = w.data`, goes unseen.
    """

    __slots__ = ("__weakref__", "_array", "_node")

    _array: Array
    _node: Node | None

    def __init__(
        self,
        data: ArrayLike | Tensor,
        requires_grad: bool = False,
        dtype: DTypeLike | None = None,
        name: str | None = None,
    ) -> None:
        array = as_values(data, dtype)
        if not isinstance(requires_grad, bool | np.bool):
            raise TypeError(
                f"requires_grad is True or False, not {requires_grad!r}. Several numbers make one Tensor as a list: "
                "Tensor([3, 4]); zeros of a shape are Tensor(np.zeros((3, 4)))."
            )
        if requires_grad:
            _refuse_whole_numbers(array.dtype)
        if name is not None and not isinstance(name, str):
            raise TypeError(f"a name is a text, not {name!r}.")
        self._array = array
        self._node = leaf(array.shape, array.dtype, small(array), requires_grad, name)
        self._node.tensor = ref(self)

    held_by_module = False
    """Whether it is a parameter or buffer, which in-place operators change also where it requires no gradient."""

    def _is_held(self) -> bool:
        """Whether in-place operators change it: it is a leaf that requires a gradient, or one that a module holds."""
        if self._node is None or not self._node.is_leaf:
            return False
        return self._node.requires_grad or self.held_by_module

    # The values ----------------------------------------------------------------------------------------------------

    def _may_change(self) -> bool:
        """Whether the values are this tensor's alone, or will be as soon as they change: not those of a result."""
        node = self._node
        return node is None or (node.is_leaf and (not node.parents or hasattr(node, "tensor")))

    @property
    def data(self) -> Array:
        """The array of values itself, not a copy; of an operation's result, to read only.

        Assigning writes into it (same shape; dtype is cast). Results that share memory with it keep their values.
        """
        if not self._may_change():
            return read_only(self._array)
        self._make_changeable()
        return self._array

    @data.setter
    def data(self, values: ArrayLike | Tensor) -> None:
        if not self._may_change():
            raise TypeError(
                f"only a tensor made by Tensor(...) can be changed; this one, of shape {self.shape}, is the result "
                "of an operation. Make a new one: y = Tensor(y.data + 1)."
            )
        if values is not self._array:
            given = values._array if isinstance(values, Tensor) else np.asanyarray(values)
            if given.shape != self.shape:
                raise ValueError(f"data of shape {given.shape} does not fit this tensor of shape {self.shape}.")
            if not mode.writing:
                return
            self._make_changeable()
            np.copyto(self._array, given, casting="same_kind")
        (self._node or self._become_constant()).mark_changed()

    def _make_changeable(self) -> None:
        """Share memory with no other tensor: what was detached from another takes its own, a leaf keeps it."""
        if self._node is not None and self._node.parents:
            self._take_own_memory()
        else:
            before_change(self._array)

    def _take_own_memory(self) -> None:
        """Keep the values in an array of its own. A constant has a new node then, which shares nothing."""
        self._array = self._array.copy("K")
        if self._node is not None and self._node.is_leaf:
            self._node = leaf(self.shape, self.dtype, small(self._array), False, self._node.name)

    def numpy(self) -> Array:
        """The values as a new array, yours to keep and to change."""
        return self._array.copy()

    def item(self) -> Any:
        """The value of a tensor with one element, as a Python number."""
        return self._array.item()

    @property
    def shape(self) -> tuple[int, ...]:
        return self._array.shape

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._array.size

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._array.dtype

    # The graph -----------------------------------------------------------------------------------------------------

    @property
    def node(self) -> Node | None:
        """The node of the graph that made this tensor; None where nothing was recorded."""
        return self._node

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded. Of a leaf it can be set, for the operations to come.

        A graph that has used the leaf before stays as it is: its gradient still arrives at the leaf, or does not.
        """
        return self._node is not None and self._node.requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        node = self._node or self._become_constant()
        if node.requires_grad == bool(wanted):
            return
        if not node.is_leaf:
            raise TypeError("only a leaf can start or stop to require a gradient; for a constant use y.detach().")
        if wanted:
            _refuse_whole_numbers(self.dtype)
            if node.parents:  # it looks into the memory of another tensor; a leaf has its own
                self._take_own_memory()
                node = self._node or self._become_constant()
            node.tensor = ref(self)
        node.requires_grad = bool(wanted)

    @property
    def name(self) -> str | None:
        """What drawings and errors call this tensor."""
        return None if self._node is None else self._node.name

    @name.setter
    def name(self, name: str | None) -> None:
        (self._node or self._become_constant()).name = name

    def _convert(self, dtype: DTypeLike) -> None:
        """Hold the values, and the gradient, in another dtype: still the same leaf, as if its value was changed."""
        node = self._node or self._become_constant()
        self._array = self._array.astype(dtype)
        node.dtype, node.value = self._array.dtype, small(self._array)
        node.mark_changed()
        if node.gradient is not None:
            set_gradient(node, node.gradient.astype(self.dtype))

    def _become_constant(self) -> Node:
        """Give a tensor that nothing recorded a node, so that graphs it goes into can show it."""
        self._node = leaf(self._array.shape, self._array.dtype, small(self._array))
        return self._node

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward()` has added up in this leaf so far; None before, and for results.

        A result has one after `retain_grad()`.
        """
        node = self._node
        if node is None:
            return None
        if node.is_leaf:
            return node.gradient  # type: ignore[no-any-return]
        retained = self._retained()
        return None if retained is None else retained.gradient

    @grad.setter
    def grad(self, gradient: Tensor | None) -> None:
        if gradient is None and self.grad is None:
            return
        if self._node is None or not self._node.is_leaf or not (self._node.requires_grad or gradient is None):
            raise TypeError("only a tensor made with requires_grad=True has a grad that can be set.")
        set_gradient(self._node, None if gradient is None else wrap(as_gradient(gradient, self)))

    def zero_grad(self) -> None:
        """Forget the gradient: `grad` is None again. A leaf that has been frozen may still have one."""
        if self._node is not None and self._node.is_leaf and self.grad is not None:
            set_gradient(self._node, None)
        elif self.grad is not None:
            self.grad = None

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> Callable[[], None]:
        """Call `hook` with the gradient at this tensor in every reverse pass; a tensor that it returns replaces it.

        The gradient is the hook's own copy, and goes on as the hook leaves it. Returns a function that takes the hook
        away again.
        """
        node = self._node
        if node is None or not node.requires_grad:
            raise TypeError("only a tensor that requires a gradient has one for a hook to see.")
        if not callable(hook):
            raise TypeError(f"a hook is a function of the gradient, not {hook!r}.")
        registered, retained = _Hook(hook), self._retained()
        others = [other for other in node.hooks or () if other is not retained]
        node.hooks = [*others, registered, *([retained] if retained else ())]

        def remove() -> None:
            node.hooks = [other for other in node.hooks or () if other is not registered] or None

        return remove

    def retain_grad(self) -> None:
        """Keep the gradient of this result, as a leaf does, in `grad`: what its hooks leave of it."""
        node = self._node
        if node is None or not node.requires_grad:
            raise TypeError("only a tensor that requires a gradient has one to keep.")
        if not node.is_leaf and self._retained() is None:
            node.hooks = [*(node.hooks or ()), _Retained()]

    def _retained(self) -> _Retained | None:
        hooks = self._node.hooks if self._node is not None else None
        return next((hook for hook in hooks or () if isinstance(hook, _Retained)), None)

    def detach(self) -> Tensor:
        """The same values as a constant: nothing done to it is recorded, and no change of one changes the other."""
        source = self._node or self._become_constant()
        detached = wrap(
            self._array, leaf(self.shape, self.dtype, small(self._array), views_of=memory_of([source], self._array))
        )
        detached._node.tensor = ref(detached)  # type: ignore[union-attr]
        watch(detached)
        return detached

    def backward(
        self, gradient: ArrayLike | Tensor | None = None, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add the gradient of this tensor to the `grad` of every leaf that it was computed from.

        `gradient` is the gradient at this tensor, in its shape; a tensor with one element needs none (1). The graph is
        freed unless `retain_graph`. With `create_graph` the gradients are recorded too, so that they can be
        differentiated again (`autograd.gradients` does this without touching any `grad`).

        Raises TypeError where no gradient is required, ValueError where `gradient` is missing or of another shape,
        GraphError where the graph was freed or a leaf was changed since.
        """
        seed = as_seed(self, gradient, create_graph)
        keep_graph = retain_graph or create_graph
        with np.errstate(invalid="ignore"):  # a NaN where no gradient arrives is put right by the rule
            found = reverse(self._node, seed, keep_graph=keep_graph, on_graph=create_graph)  # type: ignore[arg-type]
        given = {node: after_hooks(node, g) for node, g in found.items()}
        with _adding_up:
            for node, g in given.items():
                g = g if create_graph else wrap(g)
                set_gradient(node, g if node.gradient is None else node.gradient + g)

    # NumPy's protocols ---------------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            raise TypeError(
                f"np.{ufunc.__name__}.{method} has no gradient here. Use np.sum, np.max, ... for a reduction, or work "
                "on values: tensor.data."
            )
        if any(is_foreign(x) for x in inputs):
            return NotImplemented
        ours = functions.get(ufunc)
        if ours is not None and not kwargs:
            return ours(*inputs)
        return call(ufunc, inputs, kwargs)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        if not all(issubclass(kind, Tensor | np.ndarray) for kind in types):
            return NotImplemented
        return call(function, args, kwargs)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        if self.requires_grad and mode.recording:
            raise TypeError(
                f"this tensor (shape {self.shape}) requires a gradient, and turning it into an array would lose its "
                "graph silently. Say so with tensor.data or tensor.numpy(), or stay on Tensors: np.stack joins a list "
                "of them."
            )
        if copy or (dtype is not None and dtype != self.dtype):
            return np.array(self._array, dtype=dtype, copy=copy)
        return read_only(self._array)

    # Changes -------------------------------------------------------------------------------------------------------

    def __setitem__(self, index: Any, value: Operand) -> None:
        """Make this tensor another value, changed at `index`, and record that. Earlier uses keep the old value.

        A leaf that requires a gradient cannot be changed like this: start from a copy, x = leaf * 1. Where nothing is
        recorded, under no_grad, it is a step, which changes the leaf in place.
        """
        if self._is_held() and not (mode.recording and not self.requires_grad and needs_gradient(value)):
            if mode.recording and self.requires_grad:
                raise TypeError(
                    "x[i] = v would make this leaf, which requires a gradient, a result. Change a copy, x = leaf * 1; "
                    "for a step between two graphs, do it under no_grad(), or leaf.data = values."
                )
            changed = self._array.copy("K")
            changed[without_tensors(index)] = without_tensors(value)
            self.data = changed
            return
        if self.dtype.kind not in "fc" and isinstance(value, Tensor) and value.requires_grad:
            raise TypeError(
                f"a value that requires a gradient does not fit into a tensor of {self.dtype}: make it of floats, as "
                "in x = x.astype(np.float64)."
            )
        before, retained = wrap(self._array, self._node), self._retained()
        after = functions[np.ndarray.__setitem__](before, index, value)
        if retained and before._node and after._node:  # `grad` is that of the value which this tensor now is
            before._node.hooks = [hook for hook in before._node.hooks or () if hook is not retained] or None
            after._node.hooks = [retained]
        self._array, self._node = after._array, after._node
        if self._node is not None and self._node.is_leaf:  # still a constant, of the same name
            self._node.name = before.name

    # Python's protocols --------------------------------------------------------------------------------------------

    def __reduce__(self) -> Any:
        """Constants, and leaves with gradient and hooks, can be pickled and copied; a result cannot."""
        if self.requires_grad and self._node is not None and not self._node.is_leaf:
            raise TypeError("the result of an operation cannot be pickled or copied with its graph: use y.detach().")
        node, grad = self._node, self.grad
        hooks = [hook.function for hook in (node.hooks if node else None) or () if isinstance(hook, _Hook)]
        grad = grad if grad is None else grad.detach()
        return _rebuild, (type(self), self._array, self.requires_grad, self.name, grad, hooks)

    if not TYPE_CHECKING:  # a type checker goes on refusing unknown names

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(missing(name), name=name, obj=self)

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(f"a tensor of shape {self.shape} is neither true nor false: ask np.any(x) or np.all(x).")
        return bool(self._array)

    def __float__(self) -> float:
        return float(self._number("float"))

    def __int__(self) -> int:
        return int(self._number("int"))

    def __complex__(self) -> complex:
        return complex(self._number("complex"))

    def _number(self, kind: str) -> Any:
        if self.requires_grad and mode.recording:
            raise TypeError(
                f"{kind}() of a tensor that requires a gradient would lose its graph silently, as functions of `math` "
                "would. Say so with .item(); for a gradient use NumPy's functions, assign elements of a Tensor, and "
                "join a list of Tensors with np.stack."
            )
        return self._array.item()

    def __dlpack__(self, **options: Any) -> Any:
        """The values for another library, such as `torch.from_dlpack(tensor)`, without a copy.

        What it writes into them goes unseen here.
        """
        if self.requires_grad and mode.recording:
            raise TypeError("another library would not see the graph of this tensor: hand over tensor.detach().")
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()

    def _repr_html_(self) -> str:
        caption = f"{self.name or 'Tensor'}: {self.dtype} {self.shape}"
        if self.requires_grad and self._node is not None:
            caption += f", made by {self._node.operation}" if self._node.operation else ", requires a gradient"
        values = np.array2string(self._array, precision=4, threshold=60)
        return f"<figure><figcaption>{escape(caption)}</figcaption><pre>{escape(values)}</pre></figure>"

    def __format__(self, spec: str) -> str:
        if spec and self.size != 1:
            raise TypeError(f"the format {spec!r} is for one number; this tensor has the shape {self.shape}.")
        return format(self._array.item(), spec) if spec else repr(self)

    def __index__(self) -> int:
        return self._array.__index__()

    def __repr__(self) -> str:
        if isinstance(self._array, ShapeOnly):
            return f"Tensor(of shape {self.shape}, dtype={self.dtype}, without values)"
        values = np.array2string(self._array, separator=", ", prefix="Tensor(")
        parts = [values]
        if self.dtype != _default_dtype:
            parts.append(f"dtype={self.dtype}")
        if self.requires_grad:
            made_by = self._node.operation if self._node is not None else ""
            parts.append(f"made by {made_by}" if made_by else "requires_grad=True")
        if self.name:
            parts.append(f"name={self.name!r}")
        return f"Tensor({', '.join(parts)})"


class _Hook:
    """A function that was registered at a tensor: it sees a copy of the gradient, which goes on as it leaves it."""

    def __init__(self, function: Callable[[Tensor], Tensor | None]) -> None:
        self.function = function

    def __call__(self, g: Any) -> Any:
        on_graph = isinstance(g, Tensor)
        given = g.detach() if on_graph else wrap(g.copy())
        if on_graph and g.requires_grad:  # a result cannot be written into, a constant can
            given = wrap(g._array, g._node)
        changed = self.function(given)
        changed = given if changed is None else changed
        array = as_gradient(changed, given)
        return (changed if isinstance(changed, Tensor) else wrap(array)) if on_graph else array


class _Retained:
    """The last hook of a result, of `retain_grad`: it adds up the gradients that pass."""

    gradient: Tensor | None = None

    def __call__(self, g: Any) -> Any:
        kept = g if isinstance(g, Tensor) else wrap(g.copy())
        self.gradient = kept if self.gradient is None else self.gradient + kept
        return g


def _rebuild(
    kind: type[Tensor],
    data: Array,
    requires_grad: bool,
    name: str | None,
    grad: Tensor | None,
    hooks: list[Callable[[Tensor], Tensor | None]],
) -> Tensor:
    tensor = object.__new__(kind)
    Tensor.__init__(tensor, data, requires_grad, name=name)
    if grad is not None:
        set_gradient(tensor.node, grad)  # type: ignore[arg-type]
    if hooks and tensor._node is not None:  # of a frozen leaf too
        tensor._node.hooks = [_Hook(hook) for hook in hooks]
    return tensor


def as_gradient(gradient: ArrayLike | Tensor, of: Tensor) -> Array:
    """A given gradient as an array in the dtype of the tensor it belongs to; ValueError where the shapes differ."""
    array = gradient._array if isinstance(gradient, Tensor) else np.asanyarray(gradient)
    if array.shape != of.shape:
        raise ValueError(f"a gradient of shape {array.shape} does not fit a tensor of shape {of.shape}.")
    if array.dtype.kind == "c" and of.dtype.kind != "c":
        raise TypeError(f"a complex gradient ({array.dtype}) does not fit a real tensor ({of.dtype}).")
    return array.astype(of.dtype)


def as_seed(y: Tensor, gradient: ArrayLike | Tensor | None, on_graph: bool) -> Any:
    """What a reverse pass from `y` starts with: the given gradient, or 1 where y has one element."""
    if not y.requires_grad:
        raise TypeError(
            f"this tensor (shape {y.shape}) requires no gradient: nothing it depends on was made with "
            "requires_grad=True (a derivative may be constant), or it was computed under no_grad()."
        )
    if gradient is None:
        if y.size != 1:
            raise ValueError(
                f"backward from a tensor of shape {y.shape} needs the gradient at it: pass one of this shape, or "
                "reduce the tensor to one number first, for example with .sum() or .mean()."
            )
        if y.dtype.kind == "c":
            raise ValueError(
                "a complex number does not grow or fall: give the gradient at it, or take .real or np.abs."
            )
        gradient = np.ones_like(y._array)
    array = as_gradient(gradient, y)
    if not on_graph:
        return array
    return gradient.astype(y.dtype) if isinstance(gradient, Tensor) else wrap(array)
