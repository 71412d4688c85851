"""Functions of TensorFlow whose arguments are others than those of `ops`."""

from __future__ import annotations

import builtins
import contextlib
import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam import engine, initializers, ops
from hornbeam.core.running import running
from hornbeam.core.shape import Sizes
from hornbeam.data.pipeline.element import as_element

__all__ = [
    "argmax", "argmin", "boolean_mask", "broadcast_to", "cast", "clip_by_norm", "clip_by_value", "concat",
    "eye", "constant", "constant_initializer", "cond", "convert_to_tensor", "fill", "function", "gather",
    "linspace", "matmul", "norm", "one_hot", "ones", "pad", "ones_initializer", "print",
    "random_normal_initializer", "random_uniform_initializer", "range", "rank", "reshape", "reverse", "shape",
    "size", "slice", "split", "reduce_prod", "squared_difference", "tile", "transpose", "unstack", "while_loop",
    "zeros", "zeros_initializer", "map_fn", "no_op", "group", "cumsum", "where", "unique", "custom_gradient",
]  # fmt: skip


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """`value` as an array; strings are on the host, where `.numpy()` has them as bytes."""
    array = np.asarray(value)
    if array.dtype.kind in "USO":
        return as_element(np.frompyfunc(_decoded, 1, 1)(array.astype(object)))
    if array.dtype == np.float64 and not isinstance(value, np.ndarray) and dtype is None:
        dtype = "float32"
    result = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return result
    return ops.full(shape, result) if np.ndim(result) == 0 else ops.reshape(result, tuple(shape))


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Any:
    """`value` as an array; texts as `constant` has them."""
    is_text = isinstance(value, str | bytes | list | tuple) and np.asarray(value, object).reshape(-1)[:1].tolist()
    if is_text and isinstance(is_text[0], str | bytes):
        return constant(value)
    return ops.convert_to_tensor(value, dtype)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The same values in another dtype; sizes, which are Python's integers, and texts stay what they are."""
    if isinstance(x, int) and not isinstance(x, bool) and "int" in str(dtype):
        return _Number(x)
    if str(dtype) == "string":
        return as_element(x)
    return ops.cast(x, str(dtype) if isinstance(dtype, str) else dtype)


def shape(input: Any, out_type: Any = None, name: str | None = None) -> Any:
    """The sizes as a tuple; in a graph, unknown ones are `None`."""
    return Sizes(ops.shape(input))


class _Number(int):
    """An integer that answers `.numpy()`."""

    def numpy(self) -> np.int32:
        return np.int32(self)


def reduce_prod(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """The product; of sizes, which are Python's integers, it is one too, as `Dense` and `Reshape` want it."""
    if axis is None and isinstance(input_tensor, tuple | list) and all(isinstance(n, int) for n in input_tensor):
        return _Number(math.prod(input_tensor))
    return ops.prod(input_tensor, axis, keepdims)


def size(input: Any, out_type: Any = None, name: str | None = None) -> Any:
    found = ops.size(input)
    return _Number(found) if isinstance(found, int) else found


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """Ones on the diagonal, zeros beside it; the same matrix for each place of `batch_shape`."""
    matrix = ops.eye(num_rows, num_columns, dtype=str(dtype) if isinstance(dtype, str) else dtype)
    return matrix if batch_shape is None else ops.broadcast_to(matrix, (*batch_shape, *matrix.shape))


def rank(input: Any, name: str | None = None) -> int:
    return _Number(len(ops.shape(input)))


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    return ops.reshape(tensor, _sizes(shape))


def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str | None = None) -> Any:
    return ops.transpose(a, None if perm is None else _sizes(perm))


def matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: str | None = None) -> Any:
    """Products of matrices, each transposed first if asked for."""
    a = ops.swapaxes(a, -1, -2) if transpose_a else a
    return ops.matmul(a, ops.swapaxes(b, -1, -2) if transpose_b else b)


def concat(values: Sequence[Any], axis: int, name: str | None = None) -> Any:
    return ops.concatenate(values, axis)


def split(value: Any, num_or_size_splits: Any, axis: int = 0, num: int | None = None, name: str | None = None) -> Any:
    """Parts of equal size, or of the sizes given, one of which may be -1."""
    if np.ndim(num_or_size_splits) == 0:
        return ops.split(value, int(num_or_size_splits), axis)
    sizes = [int(size) for size in num_or_size_splits]
    if -1 in sizes:
        sizes[sizes.index(-1)] = _known(value)[axis] - sum(size for size in sizes if size != -1)
    return ops.split(value, np.cumsum(sizes)[:-1].tolist(), axis)


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = None) -> Any:
    return ops.unstack(value, num, axis)


def slice(input_: Any, begin: Sequence[int], size: Sequence[int], name: str | None = None) -> Any:
    """A block; a size of -1 goes to the end."""
    shape = _known(input_)
    sizes = [shape[i] - begin[i] if size[i] == -1 else size[i] for i in np.arange(len(shape)).tolist()]
    return ops.slice(input_, begin, sizes)


def gather(params: Any, indices: Any, validate_indices: Any = None, axis: int = 0, batch_dims: int = 0) -> Any:
    """The parts of `params` at some places along an axis."""
    if batch_dims:
        raise NotImplementedError("`tf.gather` takes no `batch_dims` here: use `ops.take_along_axis`.")
    return ops.take(params, indices, axis)


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None, name: str | None = None) -> Any:
    """The rows for which a mask is true, of values that are known."""
    places = np.nonzero(np.asarray(mask))
    if len(places) > 1:
        return ops.convert_to_tensor(np.asarray(tensor)[places])
    return ops.take(tensor, places[0], axis or 0)


def one_hot(
    indices: Any, depth: int, on_value: Any = None, off_value: Any = None, axis: int = -1, dtype: Any = None
) -> Any:
    """1 at the place that an index says, 0 elsewhere."""
    hot = ops.one_hot(indices, depth, axis, dtype or "float32")
    if on_value is None and off_value is None:
        return hot
    low = 0 if off_value is None else off_value
    return hot * ((1 if on_value is None else on_value) - low) + low


def argmax(input: Any, axis: int = 0, output_type: Any = None, name: str | None = None) -> Any:
    """Where the largest is; along the first axis by default, other than in NumPy."""
    return ops.argmax(input, axis)


def argmin(input: Any, axis: int = 0, output_type: Any = None, name: str | None = None) -> Any:
    return ops.argmin(input, axis)


def norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
    """The root of the sum of squares, by default of all elements."""
    if ord in ("euclidean", "fro", 2) and (axis is None or np.ndim(axis) == 0 or ord != 2):
        return ops.sqrt(ops.sum(ops.square(tensor), axis, keepdims))
    return ops.norm(tensor, ord, axis, keepdims)


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    return ops.clip(t, clip_value_min, clip_value_max)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t`, made shorter where its norm is larger than `clip_norm`."""
    length = ops.sqrt(ops.sum(ops.square(t), axes, keepdims=True))
    return ops.multiply(t, ops.minimum(1.0, clip_norm / ops.maximum(length, 1e-12)))


def zeros(shape: Any, dtype: Any = "float32", name: str | None = None) -> Any:
    return ops.zeros(_sizes(shape), str(dtype or "float32"))


def ones(shape: Any, dtype: Any = "float32", name: str | None = None) -> Any:
    return ops.ones(_sizes(shape), str(dtype or "float32"))


def fill(dims: Any, value: Any, name: str | None = None) -> Any:
    return ops.broadcast_to(constant(value), _sizes(dims))


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None) -> Any:
    """Numbers from `start` up to `limit`; from 0 up to the only one that is given."""
    start, limit = (0, start) if limit is None else (start, limit)
    numbers = ops.arange(start, limit, delta, dtype)
    if engine.is_traced(numbers) and not any(map(ops.is_tensor, (start, limit, delta))):
        return as_element(
            np.arange(start, limit, delta).astype(engine.dtype_name(numbers))
        )  # of known values: `for i in tf.range(n)`
    return numbers


def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> Any:
    return ops.linspace(start, stop, num, axis=axis)


def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    return ops.tile(input, _sizes(multiples))


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Any:
    return ops.broadcast_to(input, _sizes(shape))


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Any:
    return ops.flip(tensor, tuple(_sizes(axis)) if np.ndim(axis) else axis)


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: str | None = None) -> Any:
    """`tensor` with a border; `mode` is CONSTANT, REFLECT or SYMMETRIC."""
    widths = np.asarray(paddings).tolist()
    if mode.upper() == "CONSTANT":
        return ops.pad(tensor, widths, "constant", constant_values)
    return ops.pad(tensor, widths, mode.lower())


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    return ops.cond(pred, true_fn, false_fn)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, **kwargs: Any) -> Any:
    return ops.while_loop(cond, body, loop_vars, kwargs.get("maximum_iterations"))


def map_fn(fn: Callable[..., Any], elems: Any, **kwargs: Any) -> Any:
    return ops.map(fn, elems)


def function(func: Any = None, **options: Any) -> Any:
    """`func` as it is: what trains is compiled anyway. As a decorator, with or without options."""
    return _as_function(func) if func is not None else _as_function


def _as_function(func: Any) -> Any:
    """`func`, with what scripts ask functions of TensorFlow for."""
    with contextlib.suppress(AttributeError, TypeError):
        func.python_function, func.get_concrete_function = func, lambda *_, **__: func
    return func


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of its own: `f(*xs)` gives its value and `grad(dy)`."""
    call = ops.custom_gradient(lambda *xs: _with_upstream(*f(*xs)))
    return functools.wraps(f)(lambda *xs: _record(call, xs))


def _with_upstream(value: Any, grad: Callable[..., Any]) -> tuple[Any, Callable[..., Any]]:
    return value, lambda *args, upstream=None: grad(*(args if upstream is None else (upstream,)))


def _record(call: Callable[..., Any], xs: tuple[Any, ...]) -> Any:
    """The call, on a tape as one operation."""
    if running.tape is not None and running.tape.sees(xs):
        return running.tape.record(call, xs, {})
    return call(*xs)


def print(*values: Any, **kwargs: Any) -> None:
    """Python's `print` of arrays' values."""
    builtins.print(*(np.asarray(value) if ops.is_tensor(value) else value for value in values), **kwargs)


def random_normal_initializer(mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> Any:
    return initializers.RandomNormal(mean, stddev, seed)


def random_uniform_initializer(minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> Any:
    return initializers.RandomUniform(minval, maxval, seed)


zeros_initializer, ones_initializer = initializers.Zeros, initializers.Ones
constant_initializer = initializers.Constant


def squared_difference(x: Any, y: Any, name: str | None = None) -> Any:
    return ops.square(ops.subtract(x, y))


def cumsum(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Any:
    """Sums from the first element on; from the last on, with `reverse`; without the element itself if `exclusive`."""
    x = ops.flip(x, axis) if reverse else ops.convert_to_tensor(x)
    total = ops.subtract(ops.cumsum(x, axis), x) if exclusive else ops.cumsum(x, axis)
    return ops.flip(total, axis) if reverse else total


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`x` where a condition holds, else `y`; without them the places, each a row, at which it holds."""
    if x is None:
        return ops.convert_to_tensor(np.argwhere(np.asarray(condition)).astype("int64"))
    return ops.where(condition, x, y)


def unique(x: Any, out_idx: Any = None, name: str | None = None) -> tuple[Any, Any]:
    """The values, in the order in which they come first, and for each element which of them it is."""
    values, first, places = np.unique(np.asarray(x), return_index=True, return_inverse=True)
    order = np.argsort(first)
    return constant(values[order]), ops.convert_to_tensor(np.argsort(order)[places].astype("int32"))


def no_op(name: str | None = None) -> None:
    """Nothing: here every operation is done where it is written."""


def group(*inputs: Any, **kwargs: Any) -> None:
    """Nothing: the operations are done already."""


def _decoded(text: Any) -> Any:
    return text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text


def _known(x: Any) -> tuple[int, ...]:
    """The sizes of an array, all of which are known."""
    return tuple(int(n or 0) for n in ops.shape(x))


def _sizes(shape: Any) -> tuple[Any, ...]:
    return tuple(int(n) if isinstance(n, np.integer) else n for n in np.atleast_1d(np.asarray(shape, object)).tolist())
