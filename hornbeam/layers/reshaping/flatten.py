"""`Flatten`: every row as a vector."""

from __future__ import annotations

import math
from typing import Any

from hornbeam import engine
from hornbeam.core.settings import standardize_data_format
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer


class Flatten(Layer):
    """All axes but the batch become one.

    Args:
        data_format: "channels_last" (default) or "channels_first"; the latter is flattened with its channels last.

    Input: (batch, ...). Output: (batch, product of the rest); (batch, 1) for input of shape (batch,).

    >>> import hornbeam
    >>> hornbeam.layers.Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """

    passes_values = True

    def __init__(self, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        rank = inputs.ndim
        if self.data_format == "channels_first" and rank > 2:
            inputs = engine.transpose(inputs, (0, *range(2, rank), 1))
        return engine.reshape(inputs, (inputs.shape[0], math.prod(inputs.shape[1:])))
