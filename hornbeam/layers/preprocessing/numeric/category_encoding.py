"""`CategoryEncoding`: integers as vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.layers.base.checks import check_choice, check_positive
from hornbeam.layers.preprocessing.data_layer import DataLayer
from hornbeam.layers.preprocessing.numeric.encoding import encoded


class CategoryEncoding(DataLayer):
    """y[c] says whether, or how often, category c is among x; or y = the row x of the identity matrix.

    Args:
        num_tokens: the number of categories; integers that are none leave no trace.
        output_mode: "multi_hot" (which categories a row has), "count" (how often, or the sum of `count_weights`), or
            "one_hot" (a vector for each integer).
        sparse: what comes out is dense in any case.

    Input: integers, (batch, n) or any shape. Output: (batch, num_tokens); with "one_hot" (batch, n, num_tokens), and
    (batch, num_tokens) where n is 1. `layer(x, count_weights=w)` takes weights of the shape of x.

    >>> import hornbeam
    >>> hornbeam.layers.CategoryEncoding(4, output_mode="count")([[0, 1, 1]]).tolist()
    [[1.0, 2.0, 0.0, 0.0]]
    """

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        if num_tokens is None:
            raise ValueError(
                "`CategoryEncoding` needs `num_tokens`; where the categories are not known beforehand, "
                "`IntegerLookup` finds them. Received: num_tokens=None."
            )
        check_positive(self, "num_tokens", num_tokens)
        self.output_mode = check_choice(self, "output_mode", output_mode, ("multi_hot", "count", "one_hot"))
        self.autocast = False  # integers that arrive as floats must not be rounded to 16 bits

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and isinstance(args[0], np.ndarray | list):
            check_categories(self, np.asarray(args[0]))
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        if count_weights is not None:
            if self.output_mode != "count":
                raise ValueError(
                    f'`count_weights` of layer `{self.name}` needs `output_mode="count"`. '
                    f"Received: output_mode={self.output_mode!r}."
                )
            count_weights = engine.cast(ops.convert_to_tensor(count_weights), self.compute_dtype)
            if tuple(count_weights.shape) != tuple(inputs.shape):
                raise ValueError(
                    f"`count_weights` of layer `{self.name}` must have the shape {tuple(inputs.shape)} of its input. "
                    f"Received: shape {tuple(count_weights.shape)}."
                )
        indices = engine.cast(inputs, "int32")
        return encoded(indices, self.output_mode, self.num_tokens, self.compute_dtype, count_weights)

    def config_arguments(self) -> dict[str, Any]:
        return {key: value for key, value in super().config_arguments().items() if key != "sparse"}


def check_categories(layer: CategoryEncoding, values: np.ndarray) -> None:
    """Raise for a category in an array on the host that is beyond the last one; negative ones are padding."""
    if values.size and values.dtype.kind in "iuf" and values.max() >= layer.num_tokens:
        raise ValueError(
            f"The input of layer `{layer.name}` (CategoryEncoding) must be integers from 0 to {layer.num_tokens - 1}, "
            f"as it has `num_tokens={layer.num_tokens}`. Received: {values.max()}."
        )
