"""Products that sum over axes: matmul, tensordot, einsum."""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import Any

import numpy as np

from autograd.errors import describe
from autograd.operators import functions
from autograd.ops.composing import composes
from autograd.primitive import Primitive, primitive
from autograd.shape_only import ShapeOnly, count_multiply_adds, shape_rules

Shape = tuple[int, ...]


def _matmul_rule_x(g: Any, y: Any, x_shape: Shape) -> Any:
    if y.ndim == 1:
        return g * y if len(x_shape) == 1 else g[..., None] * y
    if len(x_shape) == 1:
        return g @ y.T if y.ndim == 2 else (y @ g[..., None])[..., 0]
    return g @ y.swapaxes(-1, -2)


def _matmul_rule_y(g: Any, x: Any, y_shape: Shape) -> Any:
    if x.ndim == 1:
        return g * x if len(y_shape) == 1 else x[:, None] * g[..., None, :]
    if len(y_shape) == 1:
        return g @ x if x.ndim == 2 else (x.swapaxes(-1, -2) @ g[..., None])[..., 0]
    if len(y_shape) == 2:  # one matrix for the whole batch: one product, not a product each and then their sum
        rows = prod(x.shape[:-1])
        x, g = x.reshape(rows, x.shape[-1]), g.reshape(rows, g.shape[-1])
    return x.swapaxes(-1, -2) @ g


matmul = primitive(np.matmul, x=_matmul_rule_x, y=_matmul_rule_y)


PIECE = 1 << 20
"""Bytes of an operand that are copied at a time: a copy that stays in the processor's cache costs half."""


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """`np.tensordot`, with the axes of the larger operand copied in the order of its memory, piece by piece.

    A contraction is one product of matrices. An operand such as the windows of a convolution, a view in which every
    number appears many times, must be copied to become one, and copying is fast where neighbours stay neighbours.
    """
    x, y = np.asanyarray(a), np.asanyarray(b)
    x_kept, x_summed, y_kept, y_summed = _split_axes(axes, x.ndim, y.ndim)
    if any(x.shape[i] != y.shape[j] for i, j in zip(x_summed, y_summed, strict=True)):
        raise ValueError("the axes to sum over have different lengths")
    split = x_kept, x_summed, y_kept, y_summed
    if x.nbytes > 2 * PIECE and not x.flags.forc and not isinstance(x, ShapeOnly):
        return _by_pieces(x, y, *split)
    return _contraction(x, y, *split)


def _by_pieces(x: Any, y: Any, x_kept: list[int], x_summed: list[int], y_kept: list[int], y_summed: list[int]) -> Any:
    """The contraction of parts of x along the outermost axis of its memory: joined, or summed where that axis is."""
    outer = _in_memory_order(x, list(range(x.ndim)))[0]
    length = max(1, x.shape[outer] * PIECE // x.nbytes)
    parts = [(slice(None),) * outer + (slice(i, i + length),) for i in range(0, x.shape[outer], length)]
    split = x_kept, x_summed, y_kept, y_summed
    if outer in x_kept:
        return np.concatenate([_contraction(x[part], y, *split) for part in parts], axis=x_kept.index(outer))
    paired = y_summed[x_summed.index(outer)]
    return reduce(np.add, (_contraction(x[part], y[(slice(None),) * paired + part[-1:]], *split) for part in parts))


def _contraction(x: Any, y: Any, x_kept: list[int], x_summed: list[int], y_kept: list[int], y_summed: list[int]) -> Any:
    """The contraction as one product of matrices, or as one for each block of the result."""
    summed = zip(x_summed, y_summed, strict=True)
    pairs = sorted(summed, key=lambda pair: -abs(x.strides[pair[0]] if x.size >= y.size else y.strides[pair[1]]))
    rows, columns = _in_memory_order(x, x_kept), _in_memory_order(y, y_kept)
    x_matrix, y_rows = _as_matrix(x, rows, [i for i, _ in pairs]), [j for _, j in pairs]
    heights = [x.shape[i] for i in rows]
    if len(columns) > 2 and y.size < x.size:
        columns.sort(key=y.shape.__getitem__)
        out = _in_blocks(x_matrix, y, y_rows, columns, heights)
    else:
        out = (x_matrix @ _as_matrix(y, y_rows, columns)).reshape(heights + [y.shape[j] for j in columns])
    places = [x_kept.index(i) for i in rows] + [len(x_kept) + y_kept.index(j) for j in columns]
    return _put_axes(out, places)


def _in_blocks(x_matrix: Any, y: Any, y_rows: list[int], columns: list[int], heights: list[int]) -> Any:
    """x_matrix times y, the last column innermost in memory, and a block for every place of the columns before it.

    So the gradient of windows, (heights, C, h, w), has a block for each place of the window, which `fold` adds up in
    long runs.
    """
    *blocks, inner = columns
    y_matrices = y.transpose([*blocks, *y_rows, inner]).reshape(-1, x_matrix.shape[1], y.shape[inner])
    product = np.matmul(x_matrix, y_matrices).reshape([y.shape[j] for j in blocks] + [*heights, y.shape[inner]])
    return np.moveaxis(product, range(len(blocks)), range(-1 - len(blocks), -1))


def _in_memory_order(x: Any, axes: list[int]) -> list[int]:
    return sorted(axes, key=lambda axis: -abs(x.strides[axis]))


def _as_matrix(x: Any, rows: list[int], columns: list[int]) -> Any:
    """x as a matrix; copied, if it must be, with the axis along which its memory runs longest innermost."""
    height, width = (prod(x.shape[i] for i in axes) for axes in (rows, columns))
    if rows and columns and _run(x, rows[-1]) > _run(x, columns[-1]):
        return x.transpose(columns + rows).reshape(width, height).T
    return x.transpose(rows + columns).reshape(height, width)


def _run(x: Any, axis: int) -> tuple[int, int]:
    """Orders axes by how well a copy runs along them: the closer the neighbours and the more of them, the better."""
    return -abs(x.strides[axis]), x.shape[axis]


def _split_axes(axes: Any, x_ndim: int, y_ndim: int) -> tuple[list[int], list[int], list[int], list[int]]:
    """The axes that tensordot keeps and those it sums over, of x and of y; summed ones pair up in order."""
    if isinstance(axes, int | np.integer):
        axes = int(axes)
        if axes > min(x_ndim, y_ndim):
            raise ValueError(f"there are no {axes} axes to sum over")
        x_summed, y_summed = list(range(x_ndim - axes, x_ndim)), list(range(axes))
    else:
        x_summed, y_summed = (
            list(np.lib.array_utils.normalize_axis_tuple(a, ndim))
            for a, ndim in zip(axes, (x_ndim, y_ndim), strict=True)
        )
        if len(x_summed) != len(y_summed):
            raise ValueError(f"{len(x_summed)} axes of the one to sum with {len(y_summed)} of the other")
    x_kept = [a for a in range(x_ndim) if a not in x_summed]
    y_kept = [a for a in range(y_ndim) if a not in y_summed]
    return x_kept, x_summed, y_kept, y_summed


def _tensordot_rule_a(g: Any, b: Any, a_shape: Shape, axes: Any) -> Any:
    a_kept, a_summed, b_kept, b_summed = _split_axes(axes, len(a_shape), b.ndim)
    out = tensordot(g, b, (list(range(len(a_kept), g.ndim)), b_kept))
    return _put_axes(out, [*a_kept, *(a_summed[b_summed.index(i)] for i in sorted(b_summed))])


def _tensordot_rule_b(g: Any, a: Any, b_shape: Shape, axes: Any) -> Any:
    a_kept, a_summed, b_kept, b_summed = _split_axes(axes, a.ndim, len(b_shape))
    out = tensordot(a, g, (a_kept, list(range(len(a_kept)))))
    return _put_axes(out, [*(b_summed[a_summed.index(i)] for i in sorted(a_summed)), *b_kept])


def _put_axes(x: Any, places: list[int]) -> Any:
    """x with its i-th axis moved to place places[i]."""
    return x.transpose(tuple(sorted(range(len(places)), key=places.__getitem__)))


tensordot: Primitive = primitive(_tensordot, numpy=np.tensordot, a=_tensordot_rule_a, b=_tensordot_rule_b)


def _einsum(subscripts: str, xs: Any) -> Any:
    return np.einsum(subscripts, *xs, optimize=len(xs) > 1)


def _einsum_rule(g: Any, subscripts: str, xs: list[Any], xs_shape: list[Shape], i: int) -> Any:
    """An einsum again: the output's gradient and the other operands in, the letters of operand i out.

    A letter that stands in operand i only is summed away going forward, so its gradient is spread: ones. A letter
    that operand i repeats takes a diagonal going forward, so its gradient lies on the diagonal: an identity matrix.
    """
    terms, result = explicit_subscripts(subscripts, [len(shape) for shape in xs_shape])
    factors = [(result, g)] + [(term, x) for j, (term, x) in enumerate(zip(terms, xs, strict=True)) if j != i]
    present = {letter for term, _ in factors for letter in term}
    unused = iter(set(LETTERS) - set("".join(terms)))
    wanted = ""
    for letter, size in zip(terms[i], xs_shape[i], strict=True):
        if letter in wanted:
            twin = next(unused)
            factors.append((letter + twin, np.eye(size, dtype=g.dtype)))
            wanted += twin
        else:
            if letter not in present:
                factors.append((letter, np.ones(size, g.dtype)))
            wanted += letter
    inputs = ",".join(term for term, _ in factors)
    out = np.einsum(f"{inputs}->{wanted}", *(x for _, x in factors), optimize=len(factors) > 1)
    return np.broadcast_to(out, np.broadcast_shapes(out.shape, xs_shape[i]))  # over axes where the others have size 1


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def explicit_subscripts(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """Subscripts with the output written out and letters in the place of every "..."."""
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow:
        once = sorted(c for c in set(inputs) - set(".,") if inputs.count(c) == 1)
        result = ("..." if "..." in inputs else "") + "".join(once)
    unused = [letter for letter in LETTERS if letter not in inputs]
    longest = max((ndim - len(t) + 3 for t, ndim in zip(terms, ndims, strict=True) if "..." in t), default=0)
    dots = "".join(unused[:longest])
    terms = [
        t.replace("...", dots[longest - (ndim - len(t) + 3) :]) if "..." in t else t
        for t, ndim in zip(terms, ndims, strict=True)
    ]
    return terms, result.replace("...", dots)


einsum = primitive(_einsum, xs=_einsum_rule)


@composes(np.einsum)
def numpy_einsum(*operands: Any, optimize: Any = None) -> Any:
    """`np.einsum` of Tensors. `optimize` changes nothing: several operands are always contracted pair by pair."""
    if isinstance(operands[0], str):
        return einsum(operands[0], operands[1:])
    *pairs, last = operands if len(operands) % 2 else (*operands, None)
    terms, result = map(_letters, pairs[1::2]), "" if last is None else f"->{_letters(last)}"
    return einsum(",".join(terms) + result, pairs[0::2])


def _letters(numbers: Any) -> str:
    """A list of subscripts as a term: letters in NumPy's order, by which a result that is not given is sorted."""
    letters = sorted(LETTERS)
    if not isinstance(numbers, list | tuple) or any(i not in range(len(letters)) for i in numbers if i is not ...):
        raise TypeError(
            "einsum takes its subscripts as a string, as in np.einsum('ij,jk->ik', x, y), or after each operand as a "
            f"list of numbers from 0 to {len(letters) - 1}, not {describe(numbers)}."
        )
    return "".join("..." if i is ... else letters[i] for i in numbers)


def _einsum_of_shapes(subscripts: str, *xs: Any, optimize: Any = None) -> Any:
    """Every letter's length is known from the operands; one product is counted for every combination of places."""
    terms, result = explicit_subscripts(subscripts, [x.ndim for x in xs])
    sizes: dict[str, int] = {}
    for term, x in zip(terms, xs, strict=True):
        for letter, size in zip(term, x.shape, strict=True):
            if size not in (1, sizes.setdefault(letter, size)) and sizes[letter] != 1:
                raise ValueError(f"einsum {subscripts!r}: axis {letter} has lengths {sizes[letter]} and {size}.")
            sizes[letter] = max(size, sizes[letter]) if size else 0
    if len(xs) > 1:
        count_multiply_adds(prod(sizes.values()))
    return ShapeOnly(tuple(sizes[letter] for letter in result), np.result_type(*xs))


shape_rules[np.einsum] = _einsum_of_shapes
functions[np.linalg.matmul] = matmul.call
functions[np.linalg.tensordot] = tensordot.call
