"""What was for TensorFlow's graphs and sessions, for Theano, and for the formats of Keras 1."""

from __future__ import annotations

import builtins
import contextlib
import importlib
from collections.abc import Callable
from typing import Any

from hornbeam.core import naming
from hornbeam.core.settings import image_data_format, set_image_data_format, standardize_data_format

_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}
py_all, py_any, py_sum, py_slice = builtins.all, builtins.any, builtins.sum, builtins.slice


def image_dim_ordering() -> str:
    """Keras 1's `image_data_format`: "tf" for channels last, "th" for channels first."""
    return next(old for old, new in _ORDERINGS.items() if new == image_data_format())


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set what `image_dim_ordering()` gives."""
    if dim_ordering not in _ORDERINGS:
        raise ValueError(f"`dim_ordering` must be 'tf' or 'th'. Received: {dim_ordering!r}.")
    set_image_data_format(_ORDERINGS[dim_ordering])


def normalize_data_format(value: str | None) -> str:
    """A data format checked; `None` is the global setting."""
    return standardize_data_format(value)


def symbolic(func: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, which builds graphs from symbolic tensors."""
    return func


def eager(func: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself, which computes with values."""
    return func


def manual_variable_initialization(value: bool) -> None:
    """Nothing: variables have their values from the start."""


def v1_variable_initialization() -> None:
    """The same."""


def control_dependencies(control_inputs: Any) -> contextlib.AbstractContextManager[Any]:
    """Nothing is needed: computations go on in the order that they are written in."""
    return contextlib.nullcontext()


def reset_uids() -> None:
    """Let `get_uid` count from 1 again."""
    naming.forget_uids()


def get_session() -> Any:
    """What `tf.Session()` makes: it computes tensors of graphs by `run`."""
    return importlib.import_module("hornbeam.legacy.tensorflow.session").Session()


def set_session(session: Any) -> None:
    """Nothing: sessions have no settings, and memory of a device is taken as it is needed."""


class _NoTensorFlow:
    """What `K.tf` gives: each of its names is an error."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"`K.tf` was TensorFlow, which is not here: functions of tensors are in `hornbeam.ops`. "
            f"Received: `K.tf.{name}`."
        )


no_tensorflow = _NoTensorFlow()
