"""`Input`: where a model's graph starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.brief import brief
from hornbeam.core.symbolic import Node, SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.layers.base.layer import Layer


class InputLayer(Layer):
    """The layer behind `Input`; it holds the shape and dtype that a model's input must have.

    Args:
        shape: sizes without the batch; `None` where a size may vary.
        batch_size: the batch size, if it is fixed.
        dtype: `floatx()` by default.
        sparse, ragged: kept for configs; Hornbeam computes with dense arrays.
        batch_shape: sizes with the batch, instead of `shape` and `batch_size`.
        input_tensor: a symbolic tensor to start from, instead of a shape; or a variable or an array, whose values it
            has where none are given.
        optional: whether `None` may be passed for this input.
        name: of the input.

    >>> import hornbeam
    >>> hornbeam.layers.InputLayer(shape=(3,)).batch_shape
    (None, 3)
    """

    #: The sizes that the input must have, batch first; `None` where one may vary.
    batch_shape: tuple[int | None, ...]
    #: Called with values on the host before they are computed with: it raises or warns when they are not as expected.
    expects: Callable[[Any], None] | None = None
    #: Whether a single size is taken for a shape of one axis, as TensorFlow's Keras took it.
    takes_one_size = False

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ):
        if self.takes_one_size and isinstance(shape, int):
            shape = (shape,)
        held = () if input_tensor is None or isinstance(input_tensor, SymbolicTensor) else (_with_values(input_tensor),)
        tensor = None if input_tensor is None else held[0] if held else input_tensor
        if isinstance(tensor, SymbolicTensor):
            _check_fits(tensor, shape, batch_size, batch_shape, dtype)
        dtype = dtypes.standardize(_dtype_of(tensor) if tensor is not None and dtype is None else dtype)
        super().__init__(name=name, dtype=dtype if dtype not in ("bool", "string") else None, **kwargs)
        self.batch_shape = tuple(tensor.shape) if tensor is not None else _batch_shape(shape, batch_size, batch_shape)
        self._input_dtype = dtype
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.optional = optional
        self.built = True
        source = held or (() if tensor is None or _is_input(tensor) else (tensor,))
        start = tensor if tensor is not None and not source else SymbolicTensor(self.batch_shape, dtype, self.name)
        Node(self, source, {}, start)

    @property
    def dtype(self) -> str:
        return self._input_dtype

    def call(self, x: Any = None) -> Any:
        """The tensor that it was made from, in a model that starts before it."""
        x = x.value if isinstance(x, Variable) else x
        return engine.cast(x, self.dtype) if engine.is_tensor(x) else x

    def config_arguments(self) -> dict[str, Any]:
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> SymbolicTensor:
    """A symbolic tensor that stands for a model's input.

    Args:
        shape: sizes without the batch; `None` where a size may vary.
        batch_size: the batch size, if it is fixed.
        dtype: `floatx()` by default.
        sparse, ragged: kept for configs; Hornbeam computes with dense arrays.
        batch_shape: sizes with the batch, instead of `shape` and `batch_size`.
        name: of the input; "input_layer" and a number by default.
        tensor: a symbolic tensor to start from, instead of a shape; what it was computed from may be an input, too. Or
            a variable or an array: it has these values where a model is given no others for it.
        optional: whether `None` may be passed for this input.

    Raises:
        ValueError: when no shape is given, or two are.

    >>> import hornbeam
    >>> hornbeam.layers.Input((8, 3)).shape
    (None, 8, 3)
    """
    layer = InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name)
    return layer.output


def held_by(tensor: SymbolicTensor) -> Any:
    """The variable, or the array, that an input was made from; `None` for other tensors."""
    node = tensor.node
    is_held = node is not None and isinstance(node.operation, InputLayer) and node.args and not node.inputs
    return node.args[0] if node is not None and is_held else None


def _with_values(tensor: Any) -> Any:
    if isinstance(tensor, Variable) or engine.is_tensor(tensor):
        return tensor
    if isinstance(tensor, np.ndarray):
        return engine.asarray(tensor)
    raise ValueError(
        "`input_tensor` must be a symbolic tensor, such as `Input` gives, a variable or an array. "
        f"Received: {tensor!r}."
    )


def _dtype_of(tensor: Any) -> str:
    return engine.dtype_name(tensor) if engine.is_tensor(tensor) else tensor.dtype


def _check_fits(tensor: SymbolicTensor, shape: Any, batch_size: int | None, batch_shape: Any, dtype: Any) -> None:
    """Raise where `Input` says of `tensor` what is not so."""
    said = {
        "shape": (shape, tensor.shape[1:]),
        "batch_shape": (batch_shape, tensor.shape),
        "batch_size": (batch_size, tensor.shape[0] if tensor.shape else None),
        "dtype": (None if dtype is None else dtypes.standardize(dtype), tensor.dtype),
    }
    for name, (given, known) in said.items():
        if given is not None and (tuple(given) if isinstance(given, list) else given) != known:
            raise ValueError(
                f"`{name}` of an `Input` must be that of the tensor that it starts from, {known!r}, or left out. "
                f"Received: {name}={given!r}."
            )


def _is_input(tensor: SymbolicTensor) -> bool:
    return tensor.node is None or isinstance(tensor.node.operation, InputLayer)


def _batch_shape(shape: Any, batch_size: int | None, batch_shape: Any) -> tuple[int | None, ...]:
    if shape is None and batch_shape is None:
        raise ValueError(
            "An input needs a `shape`, the sizes without the batch: `Input(shape=(3,))`. Received: shape=None."
        )
    if shape is not None and batch_shape is not None:
        raise ValueError(
            f"An input takes `shape` or `batch_shape`, not both. Received: shape={shape}, batch_shape={batch_shape}."
        )
    if batch_shape is not None and batch_size is not None:
        raise ValueError(
            f"`batch_shape` has the batch size in it. Received: batch_shape={batch_shape}, batch_size={batch_size}."
        )
    name, sizes = ("shape", shape) if batch_shape is None else ("batch_shape", batch_shape)
    if not isinstance(sizes, tuple | list) or any(size is not None and not _is_size(size) for size in sizes):
        fix = f" Write `({sizes},)`." if isinstance(sizes, int) else ""
        if hasattr(sizes, "shape"):
            fix = " Write `Input(x.shape[1:])` for the rows of an array `x`."
        raise ValueError(
            f"`{name}` must be a tuple of sizes; `None` where one may vary. Received: {name}={brief(sizes)}.{fix}"
        )
    sizes = tuple(None if size is None else int(size) for size in sizes)
    return (batch_size, *sizes) if batch_shape is None else sizes


def _is_size(size: Any) -> bool:
    try:
        return not isinstance(size, bool) and int(size) == size and size >= 0
    except (TypeError, ValueError):
        return False
