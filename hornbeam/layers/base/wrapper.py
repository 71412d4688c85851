"""`Wrapper`: a layer around a layer."""

from __future__ import annotations

from typing import Any

from hornbeam.core import tree
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.masks import mask_after


class Wrapper(Layer):
    """Base of layers that hold another, build it with their own input, and pass its mask on.

    Args:
        layer: the layer inside.
    """

    def __init__(self, layer: Layer, **kwargs: Any):
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ValueError(f"`layer` of `{type(self).__name__}` must be a layer. Received: layer={layer!r}.")
        self.store({"layer": layer})

    def build(self, input_shape: Any = None) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask that the layer inside makes or passes on; else the input's, for a wrapper that supports masks."""
        mask = None if tree.is_nested(inputs) else mask_after(self.layer, inputs, previous_mask)
        return previous_mask if mask is None and self.supports_masking else mask
