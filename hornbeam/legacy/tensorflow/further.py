"""Functions of TensorFlow that `ops` has not: formulas over those that it has."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.data.pipeline.element import as_element
from hornbeam.legacy.tensorflow import functions, random

__all__ = [
    "add_n", "assert_equal", "clip_by_global_norm", "control_dependencies", "div", "ensure_shape", "gather_nd",
    "get_static_value", "global_norm", "init_scope", "name_scope", "random_normal", "random_uniform", "saturate_cast",
    "scatter_nd", "sequence_mask", "tensor_scatter_nd_update", "to_float", "to_int32", "truediv", "truncated_normal",
    "variable_scope", "numpy_function", "py_function", "tensor_scatter_nd_add",
]  # fmt: skip

random_normal, random_uniform, truncated_normal = random.normal, random.uniform, random.truncated_normal


def add_n(inputs: Sequence[Any], name: str | None = None) -> Any:
    """The sum of several arrays."""
    total = inputs[0]
    for x in inputs[1:]:
        total = ops.add(total, x)
    return total


def truediv(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y."""
    return ops.true_divide(x, y)


def div(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, of integers rounded down."""
    both = (ops.convert_to_tensor(x), ops.convert_to_tensor(y))
    whole = all("int" in str(one.dtype) for one in both)
    return ops.floor_divide(*both) if whole else ops.true_divide(*both)


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Any:
    """√Σ x² over all elements of several arrays, without those that are `None`."""
    return ops.sqrt(add_n([ops.sum(ops.square(t)) for t in t_list if t is not None]))


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: float, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Any]:
    """t · clip_norm / max(norm, clip_norm) for each of several arrays, and the norm of all."""
    norm = global_norm(t_list) if use_norm is None else use_norm
    factor = ops.divide(clip_norm, ops.maximum(norm, clip_norm))
    return [None if t is None else ops.multiply(t, factor) for t in t_list], norm


def gather_nd(params: Any, indices: Any, batch_dims: int = 0, name: str | None = None) -> Any:
    """The parts of `params` at places given by rows of indices for its first axes."""
    if batch_dims:
        raise NotImplementedError("`tf.gather_nd` takes no `batch_dims` here: use `ops.take_along_axis`.")
    params, indices = ops.convert_to_tensor(params), ops.convert_to_tensor(indices)
    sizes: list[Any] = [*params.shape]
    count = int(indices.shape[-1])
    flat = ops.reshape(params, (-1, *sizes[count:]))
    steps = np.cumprod([1, *sizes[1:count][::-1]])[::-1].astype("int32")
    return ops.take(flat, ops.sum(ops.multiply(ops.cast(indices, "int32"), steps.copy()), axis=-1), axis=0)


def scatter_nd(indices: Any, updates: Any, shape: Sequence[int], name: str | None = None) -> Any:
    """Zeros, to which `updates` are added at places given by rows of indices."""
    return ops.scatter(indices, updates, tuple(int(size) for size in shape))


def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
    """`tensor` with `updates` at places given by rows of indices."""
    return ops.scatter_update(tensor, indices, updates)


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
    """`tensor` with `updates` added at places given by rows of indices."""
    return ops.add(tensor, ops.scatter(indices, updates, functions._known(tensor)))


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None) -> Any:
    """True for the first steps of each row, as many as its length."""
    lengths = ops.convert_to_tensor(lengths)
    steps = ops.arange(int(ops.max(lengths)) if maxlen is None else maxlen, dtype="int32")
    return ops.cast(ops.less(steps, ops.expand_dims(ops.cast(lengths, "int32"), -1)), str(dtype))


def to_float(x: Any, name: str | None = None) -> Any:
    return ops.cast(x, "float32")


def to_int32(x: Any, name: str | None = None) -> Any:
    return ops.cast(x, "int32")


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`value` in another dtype; what is beyond its ends becomes these."""
    return ops.saturate_cast(value, str(dtype))


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """`x`, if its shape is this; `None` stands for any size."""
    found = tuple(ops.shape(x))
    if len(found) != len(shape) or any(a is not None and b is not None and a != b for a, b in zip(found, shape)):
        raise ValueError(f"`tf.ensure_shape` expects shape {tuple(shape)}. Received: {found}.")
    return x


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The numbers of an array."""
    return np.asarray(tensor)


def assert_equal(x: Any, y: Any, message: str | None = None, summarize: Any = None, name: str | None = None) -> None:
    """Raise an `AssertionError` unless all elements are equal."""
    if not np.array_equal(np.asarray(x), np.asarray(y)):
        raise AssertionError(message or f"`tf.assert_equal` of {x} and {y}.")


def py_function(func: Any = None, inp: Any = (), Tout: Any = None, name: str | None = None) -> Any:
    """What a function of Python gives for some arrays."""
    found = func(*inp)
    return list(map(as_element, found)) if isinstance(found, list | tuple) else as_element(found)


def numpy_function(func: Any = None, inp: Any = (), Tout: Any = None, **_: Any) -> Any:
    """What a function of NumPy gives for some arrays."""
    return py_function(func, [x.numpy() if hasattr(x, "numpy") else x for x in inp])


@contextmanager
def _scope(*_: Any, **__: Any) -> Any:
    """Nothing: names are those of layers, and what is written comes in its order."""
    yield ""


name_scope = variable_scope = control_dependencies = init_scope = _scope
