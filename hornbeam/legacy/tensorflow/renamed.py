"""Functions of TensorFlow that are functions of `ops` under other names: tables, and what reads them."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

from hornbeam import ops
from hornbeam.legacy.tensorflow.missing import missing

# Names of arguments, old and new; "x" alone is what most functions have.
_X = {"x": "x", "input": "x", "input_tensor": "x", "tensor": "x", "features": "x", "a": "x1", "b": "x2", "y": "x2"}
_OLD = {"keep_dims": "keepdims", "perm": "axes", "values": "arrays", "reduction_indices": "axis", "dim": "axis"}
_SAME = """
    abs acos:arccos acosh:arccosh add asin:arcsin asinh:arcsinh atan:arctan atanh:arctanh atan2:arctan2 ceil cos cosh
    cumsum divide divide_no_nan equal erf exp expm1 floor floordiv:floor_divide greater greater_equal
    is_finite:isfinite is_inf:isinf is_nan:isnan less less_equal log log1p
    logical_and logical_not logical_or logical_xor maximum
    minimum mod multiply negative not_equal pow:power reciprocal round rsqrt sign sigmoid sin sinh softplus
    sqrt square subtract tan tanh
    reduce_all:all reduce_any:any reduce_max:max reduce_mean:mean reduce_min:min reduce_std:std
    reduce_sum:sum reduce_variance:var reduce_logsumexp:logsumexp count_nonzero bincount
    segment_sum unsorted_segment_sum:segment_sum segment_max unsorted_segment_max:segment_max
    softmax log_sigmoid top_k in_top_k angle
"""
_ARRAYS = """
    expand_dims identity:copy is_tensor meshgrid ones_like sort argsort squeeze stack
    stop_gradient tensordot zeros_like einsum roll repeat searchsorted
"""
_NN = """
    elu gelu leaky_relu log_softmax relu relu6 selu sigmoid silu swish softmax softplus softsign tanh moments
    top_k batch_normalization depth_to_space space_to_depth
"""
_LINALG = "cholesky det eigh einsum inv norm pinv qr slogdet solve svd tensordot trace diag_part:diagonal cross"


def _table(text: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in text.split())
    return {name: new or name for name, _, new in pairs}


TABLES = {
    "tensorflow": _table(_SAME) | _table(_ARRAYS),
    "math": _table(_SAME),
    "nn": _table(_NN),
    "linalg": _table(_LINALG),
}
_HOMES: dict[str, Any] = {"nn": ops.nn, "linalg": ops.linalg}


def find(module: str, name: str) -> Callable[..., Any] | None:
    """A function of TensorFlow's module `module`; `None` if it is in no table."""
    new = TABLES[module].get(name)
    if new is None:
        return None
    return as_tensorflow(getattr(_HOMES.get(module, ops), new, None) or getattr(ops, new))


def names_of(module: str, *homes: str) -> Callable[[str], Any]:
    """The `__getattr__` of TensorFlow's module `module`.

    Args:
        module: its name below `tensorflow`.
        homes: modules of this package that have names of it, too.
    """

    def find_name(name: str) -> Any:
        for home in homes:
            found = getattr(importlib.import_module(f"{__package__}.{home}"), name, None)
            if found is not None and not name.startswith("_"):
                return found
        found = find(module, name) if module in TABLES else None
        if found is None:
            raise missing(f"tf.{module}", name)
        return found

    return find_name


def as_tensorflow(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, which also takes TensorFlow's names of arguments, and a `name` that it has no use for."""
    own = getattr(fn, "__wrapped__", fn).__code__
    taken = own.co_varnames[: own.co_argcount + own.co_kwonlyargcount]

    @functools.wraps(fn)
    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
        return fn(*args, **{_argument(key, taken): value for key, value in kwargs.items()})

    return call


def _argument(name: str, taken: tuple[str, ...]) -> str:
    """The name that an argument has among those that are `taken`."""
    if name in taken:
        return name
    new = _OLD.get(name)
    if new in taken:
        return str(new)
    return next((candidate for candidate in (_X.get(name), "x1", "x") if candidate in taken), name)
