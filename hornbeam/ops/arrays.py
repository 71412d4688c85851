"""Making arrays, and changing their dtype and shape."""

from __future__ import annotations

import builtins
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes, symbolic
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array, Arrays, as_array, normalize_axes, normalize_axis, op

# fmt: off
__all__ = [
    "array", "convert_to_tensor", "convert_to_numpy", "is_tensor", "cast", "saturate_cast", "copy",
    "dtype", "shape", "ndim", "size",
    "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "empty_like",
    "arange", "linspace", "logspace", "geomspace", "eye", "identity", "tri", "tril", "triu", "diag", "diagflat",
    "meshgrid", "vander",
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "expand_dims", "squeeze", "broadcast_to",
    "concatenate", "append", "stack", "hstack", "vstack", "dstack",
    "split", "array_split", "hsplit", "vsplit", "dsplit", "unstack",
    "repeat", "tile", "flip", "fliplr", "flipud", "rot90", "roll", "pad",
]
# fmt: on


# values and their dtypes


@op(row_independent=True, passes_values=True)
def convert_to_tensor(x: Any, dtype: Any = None, sparse: bool | None = None, ragged: bool | None = None) -> Array:
    """`x` as an array of the active engine; 64 bits narrow to 32 unless `dtype` says otherwise."""
    x = as_array(x)
    return x if dtype is None else engine.cast(x, dtypes.standardize(dtype))


def array(x: Any, dtype: Any = None) -> Array:
    """`x` as an array of the active engine."""
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x: Any) -> np.ndarray:
    """`x` as a NumPy array on the host; waits for the value."""
    return engine.to_numpy(x) if engine.is_tensor(x) else np.asarray(x)


def is_tensor(x: Any) -> bool:
    """Whether `x` is an array of the active engine or a symbolic tensor."""
    return isinstance(x, symbolic.SymbolicTensor) or engine.is_tensor(x)


@op(row_independent=True, passes_values=True)
def cast(x: Array, dtype: Any) -> Array:
    """`x` in another dtype; floats become integers by truncation towards zero."""
    return engine.cast(x, dtypes.standardize(dtype))


@op(row_independent=True)
def saturate_cast(x: Array, dtype: Any) -> Array:
    """`x` in another dtype, with what does not fit moved to the nearest value that does."""
    dtype = dtypes.standardize(dtype)
    source = engine.dtype_name(x)
    if dtype == "bool" or source == "bool":
        return engine.cast(x, dtype)
    (low, high), (source_low, source_high) = _limits(dtype), _limits(source)
    x = x if low <= source_low else engine.maximum(x, low)
    x = x if high >= source_high else engine.minimum(x, _at_most(high, source))
    return engine.cast(x, dtype)


def _limits(dtype: str) -> tuple[Any, Any]:
    info = dtypes.finfo(dtype) if dtypes.is_float(dtype) else np.iinfo(dtype)
    convert = float if dtypes.is_float(dtype) else int
    return convert(info.min), convert(info.max)


def _at_most(value: Any, dtype: str) -> Any:
    """The largest number of a float `dtype` that does not exceed `value`: 2**31 - 1 is none of float32's."""
    if not dtypes.is_float(dtype):
        return value
    nearest = np.asarray(value, dtypes.numpy_dtype(dtype))
    return float(nearest) if float(nearest) <= value else float(np.nextafter(nearest, np.zeros_like(nearest)))


@op(row_independent=True, passes_values=True)
def copy(x: Array) -> Array:
    """`x` with memory of its own."""
    return engine.asarray(engine.to_numpy(x)) if not engine.is_traced(x) else x


def dtype(x: Any) -> str:
    """The name of the dtype of `x`."""
    named = isinstance(x, Variable | symbolic.SymbolicTensor)
    return x.dtype if named else engine.dtype_name(as_array(x))


def shape(x: Any) -> tuple[int | None, ...]:
    """The sizes of `x`; `None` for those that a symbolic tensor does not know yet."""
    return tuple(x.shape) if hasattr(x, "shape") else tuple(np.shape(x))


def ndim(x: Any) -> int:
    """The number of axes of `x`."""
    return len(shape(x))


def size(x: Any) -> int | None:
    """The number of elements of `x`; `None` where a symbolic tensor does not know it yet."""
    sizes = [n for n in shape(x) if n is not None]
    return math.prod(sizes) if len(sizes) == ndim(x) else None


# creation


def zeros(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Zeros; `floatx()` by default."""
    return full(shape, 0, dtype)


def ones(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Ones; `floatx()` by default."""
    return full(shape, 1, dtype)


def empty(shape: int | Sequence[int], dtype: Any = None) -> Array:
    """Zeros: nothing is gained by leaving memory as it is."""
    return zeros(shape, dtype)


def full(shape: int | Sequence[int], fill_value: Any, dtype: Any = None) -> Array:
    """`fill_value` everywhere; `floatx()` by default."""
    dtype = dtypes.standardize(dtype)
    shape = _sizes(shape)
    if isinstance(fill_value, bool | int | float):
        return engine.full(shape, fill_value, dtype)
    return engine.broadcast_to(engine.cast(as_array(fill_value), dtype), shape)


@op(row_independent=True)
def zeros_like(x: Array, dtype: Any = None) -> Array:
    """Zeros with the shape and dtype of `x`."""
    return _filled_like(x, 0, dtype)


@op(row_independent=True)
def ones_like(x: Array, dtype: Any = None) -> Array:
    """Ones with the shape and dtype of `x`."""
    return _filled_like(x, 1, dtype)


@op(row_independent=True)
def empty_like(x: Array, dtype: Any = None) -> Array:
    """Zeros with the shape and dtype of `x`."""
    return _filled_like(x, 0, dtype)


@op(row_independent=True)
def full_like(x: Array, fill_value: Any, dtype: Any = None) -> Array:
    """`fill_value` everywhere, with the shape and dtype of `x`."""
    return _filled_like(x, fill_value, dtype)


def _filled_like(x: Array, value: Any, dtype: Any) -> Array:
    return full(tuple(x.shape), value, engine.dtype_name(x) if dtype is None else dtype)


def _sizes(shape: Any) -> tuple[int, ...]:
    return (int(shape),) if isinstance(shape, int | np.integer) else tuple(int(n) for n in shape)


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Array:
    """`start, start + step, ...` below `stop`; int32 for integers, otherwise `floatx()`."""
    start, stop = (0, start) if stop is None else (start, stop)
    step = 1 if step is None else step
    if dtype is None:
        whole = builtins.all(np.issubdtype(np.asarray(x).dtype, np.integer) for x in (start, stop, step))
        dtype = "int32" if whole else dtypes.floatx()
    return engine.arange(start, stop, step, dtypes.standardize(dtype))


@op
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers at equal distances from `start` to `stop`; with `retstep` also the distance.

    >>> import hornbeam
    >>> hornbeam.ops.linspace(0, 1, 5).tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    dtype = dtypes.standardize(dtype)
    start, stop = (engine.cast(as_array(x), dtypes.floatx()) for x in (start, stop))
    step = (stop - start) / builtins.max(num - 1 if endpoint else num, 1)
    count = reshape(engine.arange(0, num, 1, dtypes.floatx()), (num,) + (1,) * step.ndim)
    points = start + count * step
    if endpoint and num > 1:  # exactly `stop` at the end, whatever was rounded
        points = engine.where(count == num - 1, stop, points)
    points = engine.cast(moveaxis(points, 0, axis), dtype)
    return (points, step) if retstep else points


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10, dtype: Any = None, axis: int = 0
) -> Array:
    """`base ** linspace(start, stop)`."""
    return cast(engine.power(as_array(float(base)), linspace(start, stop, num, endpoint, axis=axis)), dtype)


@op
def geomspace(
    start: Array, stop: Array, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Array:
    """`num` numbers with equal ratios from `start` to `stop`, which have the same sign."""
    sign = engine.sign(start)
    return cast(
        sign * engine.exp(linspace(engine.log(start * sign), engine.log(stop * sign), num, endpoint, axis=axis)), dtype
    )


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Ones on the `k`-th diagonal of an (N, M) matrix."""
    return engine.eye(N, N if M is None else M, k, dtypes.standardize(dtype))


def identity(n: int, dtype: Any = None) -> Array:
    """Ones on the diagonal of an (n, n) matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:
    """Ones on and below the `k`-th diagonal."""
    return engine.asarray(np.tri(N, M, k, dtypes.numpy_dtype(dtypes.standardize(dtype))))


@op
def tril(x: Array, k: int = 0) -> Array:
    """`x` with zeros above the `k`-th diagonal of its last two axes."""
    return engine.where(tri(x.shape[-2], x.shape[-1], k, "bool"), x, _filled_like(x, 0, None))


@op
def triu(x: Array, k: int = 0) -> Array:
    """`x` with zeros below the `k`-th diagonal of its last two axes."""
    return engine.where(tri(x.shape[-2], x.shape[-1], k - 1, "bool"), _filled_like(x, 0, None), x)


@op
def diag(x: Array, k: int = 0) -> Array:
    """The `k`-th diagonal of a matrix, or a matrix with the vector `x` on it."""
    if len(x.shape) == 1:
        n = x.shape[0] + builtins.abs(k)
        inside = pad(x, [(builtins.max(k, 0), builtins.max(-k, 0))])
        return engine.where(engine.eye(n, n, k, "bool"), inside, _filled_like(inside, 0, None))
    rows, columns = x.shape
    first = builtins.max(-k, 0)
    count = builtins.max(builtins.min(rows - first, columns - builtins.max(k, 0)), 0)
    places = (first + np.arange(count)) * columns + builtins.max(k, 0) + np.arange(count)
    return engine.take(engine.reshape(x, (-1,)), engine.asarray(places), 0)


@op
def diagflat(x: Array, k: int = 0) -> Array:
    """A matrix with the elements of `x` on its `k`-th diagonal."""
    return diag(ravel(x), k)


@op
def meshgrid(*x: Array, indexing: str = "xy") -> list[Array]:
    """Coordinate arrays over the grid that the vectors `x` span."""
    n = len(x)
    order = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    sizes = [math.prod(v.shape) for v in x]
    grid = tuple(sizes[i] for i in order)
    return [
        engine.broadcast_to(engine.reshape(v, [-1 if order[j] == i else 1 for j in range(n)]), grid)
        for i, v in enumerate(x)
    ]


@op
def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """The powers of `x` as columns, highest first."""
    N = x.shape[0] if N is None else N
    powers = np.arange(N) if increasing else np.arange(N)[::-1]
    return engine.power(x[:, None], engine.asarray(powers.astype(np.int32)))


# shape


@op(passes_values=True)
def reshape(x: Array, newshape: int | Sequence[int]) -> Array:
    """`x` with other sizes and the same elements in the same order; one size may be -1."""
    return engine.reshape(x, (newshape,) if isinstance(newshape, int) else [int(n) for n in newshape])


@op(passes_values=True)
def ravel(x: Array) -> Array:
    """`x` with a single axis."""
    return engine.reshape(x, (-1,))


@op(passes_values=True)
def transpose(x: Array, axes: Sequence[int] | None = None) -> Array:
    """`x` with its axes in another order, reversed by default."""
    n = len(x.shape)
    return engine.transpose(x, range(n)[::-1] if axes is None else [normalize_axis(a, n) for a in axes])


@op(passes_values=True)
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """`x` with two axes exchanged."""
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return engine.transpose(x, order)


@op(passes_values=True)
def moveaxis(x: Array, source: int | Sequence[int], destination: int | Sequence[int]) -> Array:
    """`x` with some axes moved and the others in their old order."""
    n = len(x.shape)
    moves = dict(zip(normalize_axes(destination, n), normalize_axes(source, n), strict=True))
    rest = iter([a for a in range(n) if a not in moves.values()])
    return engine.transpose(x, [moves[a] if a in moves else next(rest) for a in range(n)])


@op(passes_values=True)
def expand_dims(x: Array, axis: int | Sequence[int]) -> Array:
    """`x` with axes of size 1 inserted so that they have the places `axis` in the result."""
    added = [axis] if isinstance(axis, int) else list(axis)
    n = len(x.shape) + len(added)
    places = {normalize_axis(a, n) for a in added}
    sizes = iter(x.shape)
    return engine.reshape(x, [1 if a in places else next(sizes) for a in range(n)])


@op(passes_values=True)
def squeeze(x: Array, axis: int | Sequence[int] | None = None) -> Array:
    """`x` without axes of size 1: the given ones, or all."""
    if axis is None:
        return engine.reshape(x, [n for n in x.shape if n != 1])
    dropped = normalize_axes(axis, len(x.shape))
    if builtins.any(x.shape[a] != 1 for a in dropped):
        raise ValueError(f"`axis` must name axes of size 1. Received: axis={axis} for shape {tuple(x.shape)}.")
    return engine.reshape(x, [n for a, n in enumerate(x.shape) if a not in dropped])


@op(passes_values=True)
def broadcast_to(x: Array, shape: Sequence[int]) -> Array:
    """`x` repeated along new axes and axes of size 1."""
    return engine.broadcast_to(x, shape)


@op
def concatenate(xs: Arrays, axis: int = 0) -> Array:
    """Arrays joined along an axis that they have."""
    return engine.concatenate(list(xs), normalize_axis(axis, len(xs[0].shape)))


@op
def append(x1: Array, x2: Array, axis: int | None = None) -> Array:
    """`x2` after `x1` along `axis`, or both as vectors."""
    return concatenate([ravel(x1), ravel(x2)]) if axis is None else concatenate([x1, x2], axis)


@op
def stack(x: Arrays, axis: int = 0) -> Array:
    """Arrays joined along a new axis."""
    return concatenate([expand_dims(each, axis) for each in x], axis)


@op
def hstack(xs: Arrays) -> Array:
    """Arrays joined along the second axis, vectors along the first."""
    xs = [_at_least(x, 1) for x in xs]
    return concatenate(xs, 0 if len(xs[0].shape) == 1 else 1)


@op
def vstack(xs: Arrays) -> Array:
    """Arrays joined along the first axis, vectors as rows."""
    return concatenate([_at_least(x, 2) for x in xs], 0)


@op
def dstack(xs: Arrays) -> Array:
    """Arrays joined along the third axis."""
    return concatenate([_at_least(x, 3) for x in xs], 2)


def _at_least(x: Array, n: int) -> Array:
    """`x` with at least `n` axes: () -> (1, 1, 1), (a,) -> (1, a, 1), (a, b) -> (a, b, 1)."""
    sizes = tuple(x.shape)
    sizes = (1,) * builtins.max(builtins.min(n, 2) - len(sizes), 0) + sizes
    return engine.reshape(x, sizes + (1,) * (n - len(sizes)))


@op(passes_values=True)
def split(x: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    """`x` in equal parts along `axis`, or cut at the given places.

    >>> import hornbeam
    >>> [part.tolist() for part in hornbeam.ops.split([1, 2, 3, 4], [1, 3])]
    [[1], [2, 3], [4]]
    """
    axis = normalize_axis(axis, len(x.shape))
    n = x.shape[axis]
    if isinstance(indices_or_sections, int):
        if n % indices_or_sections:
            raise ValueError(
                f"`indices_or_sections` must divide the size {n} of axis {axis}. Received: {indices_or_sections}."
            )
        indices_or_sections = range(0, n, n // indices_or_sections or 1)[1:]
    return _cut(x, [int(i) for i in indices_or_sections], axis)


def _cut(x: Array, places: Sequence[int], axis: int) -> list[Array]:
    bounds = [0, *places, x.shape[axis]]
    return [x[(builtins.slice(None),) * axis + (builtins.slice(a, b),)] for a, b in itertools.pairwise(bounds)]


@op(passes_values=True)
def array_split(x: Array, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    """Like `split`, where the first parts may be one longer than the others."""
    axis = normalize_axis(axis, len(x.shape))
    if isinstance(indices_or_sections, int):
        parts, rest = divmod(x.shape[axis], indices_or_sections)
        sizes = [parts + (i < rest) for i in range(indices_or_sections)]
        indices_or_sections = [int(i) for i in np.cumsum(sizes)[:-1]]
    return _cut(x, indices_or_sections, axis)


def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the second axis, of a vector along the first."""
    return split(x, indices_or_sections, 0 if ndim(x) == 1 else 1)


def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the first axis."""
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Array]:
    """`split` along the third axis."""
    return split(x, indices_or_sections, 2)


@op(passes_values=True)
def unstack(x: Array, num: int | None = None, axis: int = 0) -> list[Array]:
    """The slices of `x` along `axis`."""
    axis = normalize_axis(axis, len(x.shape))
    return [x[(builtins.slice(None),) * axis + (i,)] for i in range(x.shape[axis] if num is None else num)]


@op(passes_values=True)
def repeat(x: Array, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    """Each element along `axis` repeated in place; `x` as a vector when there is no axis.

    >>> import hornbeam
    >>> hornbeam.ops.repeat([1, 2], 2).tolist()
    [1, 1, 2, 2]
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis(axis, len(x.shape))
    times = np.ravel(convert_to_numpy(repeats))
    if len(times) > 1:
        return engine.take(x, engine.asarray(np.repeat(np.arange(x.shape[axis]), times)), axis)
    count, sizes = int(times[0]), list(x.shape)
    wide = engine.broadcast_to(expand_dims(x, axis + 1), [*sizes[: axis + 1], count, *sizes[axis + 1 :]])
    return engine.reshape(wide, [*sizes[:axis], sizes[axis] * count, *sizes[axis + 1 :]])


@op(passes_values=True)
def tile(x: Array, repeats: int | Sequence[int]) -> Array:
    """`x` laid next to itself, `repeats` times along each axis."""
    times = (repeats,) if isinstance(repeats, int) else tuple(int(n) for n in repeats)
    n = builtins.max(len(times), len(x.shape))
    sizes = (1,) * (n - len(x.shape)) + tuple(x.shape)
    times = (1,) * (n - len(times)) + times
    column = engine.reshape(x, [k for size in sizes for k in (1, size)])
    wide = engine.broadcast_to(column, [k for pair in zip(times, sizes) for k in pair])
    return engine.reshape(wide, [a * b for a, b in zip(times, sizes)])


@op(passes_values=True)
def flip(x: Array, axis: int | Sequence[int] | None = None) -> Array:
    """`x` with the order of its elements reversed along `axis`, or along all axes."""
    return engine.flip(x, normalize_axes(axis, len(x.shape)))


def fliplr(x: Any) -> Array:
    """`x` reversed along its second axis."""
    return flip(x, 1)


def flipud(x: Any) -> Array:
    """`x` reversed along its first axis."""
    return flip(x, 0)


@op(passes_values=True)
def rot90(array: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """`array` turned by `k` right angles, from the first of `axes` towards the second."""
    k = k % 4
    if k == 2:
        return flip(array, tuple(axes))
    if k == 1:
        array = flip(array, axes[1])
    array = swapaxes(array, *axes) if k else array
    return flip(array, axes[1]) if k == 3 else array


@op(passes_values=True)
def roll(x: Array, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Array:
    """`x` with its elements moved along `axis`, those that leave the end coming in at the front."""
    if axis is None:
        return engine.reshape(roll(ravel(x), shift, 0), x.shape)
    axes = normalize_axes(axis, len(x.shape))
    shifts = [shift] * len(axes) if isinstance(shift, int) else shift
    for places, a in zip(shifts, axes, strict=True):
        n = x.shape[a]
        cut = (-places) % n if n else 0
        x = engine.concatenate(_cut(x, [cut], a)[::-1], a) if cut else x
    return x


@op
def pad(x: Array, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Array:
    """`x` with elements added around it.

    Args:
        x: an array.
        pad_width: how many: one number, one (before, after) pair, or a pair for every axis.
        mode: "constant", "reflect", "symmetric" or "edge".
        constant_values: what "constant" adds; 0 by default.
    """
    if constant_values is not None and mode != "constant":
        raise ValueError(f"`constant_values` needs mode='constant'. Received: mode={mode!r}.")
    pads = np.broadcast_to(np.asarray(pad_width), (len(x.shape), 2)).tolist()
    return engine.pad(x, [tuple(p) for p in pads], mode, 0 if constant_values is None else constant_values)
