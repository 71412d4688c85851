"""`Wrapper`: a layer around a layer."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.layer import Layer


class Wrapper(Layer):
    """Base of layers that hold another and build it with their own input.

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
