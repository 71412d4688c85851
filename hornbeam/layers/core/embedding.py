"""`Embedding`: a vector for each integer."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.layers.base.checks import check_positive, check_unquantized
from hornbeam.layers.base.from_build import from_build
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight


class Embedding(Layer):
    """y = E[x]: row x of a matrix E.

    Args:
        input_dim: the number of integers, one more than the largest.
        output_dim: the length of a vector.
        embeddings_initializer: of E, shape (input_dim, output_dim).
        embeddings_regularizer: a function of E, added to the loss.
        embeddings_constraint: a function that maps E to an allowed value after each update.
        mask_zero: whether 0 is padding, to be masked; then the other integers start at 1.
        weights: the first value of E: an array, or a list of one.
        quantization_config: kept for configs; `None`, since layers compute in floats.

    Input: integers of any shape; floats are truncated. Output: (*input shape, output_dim).
    A negative integer counts from the end. One beyond E is an error where the input lies on the host: in a call, and in
    `fit`, `evaluate` and `predict` of a model whose input it is. Elsewhere it gives the last row.

    >>> import hornbeam
    >>> hornbeam.layers.Embedding(10, 4)([[1, 2, 3]]).shape == (1, 3, 4)
    True
    """

    none_in_configs = ("activity_regularizer",)
    embeddings: Any = from_build()

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store({key: value for key, value in locals().items() if key != "weights"})
        check_positive(self, "input_dim", input_dim)
        check_positive(self, "output_dim", output_dim)
        check_unquantized(self)
        self.supports_masking = mask_zero
        self.autocast = False  # integers that arrive as floats must not be rounded to 16 bits
        if weights is not None:
            self.build(None)
            self.set_weights(weights if isinstance(weights, list) and len(weights) == 1 else [weights])

    def build(self, input_shape: Any = None) -> None:
        self.embeddings = configured_weight(self, "embeddings", (self.input_dim, self.output_dim))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], np.ndarray | list) and not kwargs.get("reverse"):  # from vectors
            check_rows(self, np.asarray(args[0]))
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any) -> Any:
        if engine.dtype_name(inputs) not in ("int32", "int64"):
            inputs = engine.cast(inputs, "int32")
        return engine.take(self.embeddings.value, inputs, 0)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return inputs != 0 if self.mask_zero else None


def check_rows(layer: Embedding, values: Any) -> None:
    """Raise for an integer in an array on the host that the layer has no row for."""
    if not isinstance(values, np.ndarray) or values.size == 0 or values.dtype.kind not in "iuf":
        return
    if values.dtype.kind == "i" and values.flags.c_contiguous:  # one pass: a negative integer is a very large one
        if values.view(f"u{values.itemsize}").max() < layer.input_dim:
            return
    low, high = values.min(), values.max()
    if values.dtype.kind == "f" and np.any(values != np.floor(values)):
        warn_caller(
            f"Layer `{layer.name}` (Embedding) takes integers, and cuts off the fractions of its input, such as "
            f"{values[values != np.floor(values)].flat[0]:g}; for numbers that measure something use `Dense`."
        )
    if high >= layer.input_dim or low < -layer.input_dim:
        wrong = high if high >= layer.input_dim else low
        fix = f"give it `input_dim={int(high) + 1}` or more, or " if wrong > 0 else ""
        raise ValueError(
            f"Layer `{layer.name}` (Embedding) has rows for integers from 0 to {layer.input_dim - 1}: {fix}look at the "
            f"data. Received: {int(wrong)}."
        )
