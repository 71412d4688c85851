"""`Pipeline`: layers one after the other as one layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import masking
from hornbeam.core.declarations import fact, of
from hornbeam.layers.base.layer import Layer


class Pipeline(Layer):
    """y = last(... second(first(x))).

    Args:
        layers: the layers, in their order.
        name: as of any layer.

    >>> import hornbeam
    >>> layer = hornbeam.layers.Pipeline([hornbeam.layers.Flatten(), hornbeam.layers.Dense(3)])
    >>> layer(hornbeam.ops.ones((1, 2, 2))).shape == (1, 3)
    True
    """

    layers: list[Layer]

    def __init__(self, layers: Sequence[Layer], name: str | None = None):
        super().__init__(name=name)
        wrong = [layer for layer in layers if not isinstance(layer, Layer)]
        if wrong:
            raise ValueError(f"`layers` of `Pipeline` must be layers. Received: {wrong[0]!r}.")
        self.store({"layers": list(layers)})

    @fact
    def row_independent(self) -> Any:
        """What the layers are together."""
        known = [of(layer, "row_independent") for layer in self.layers]
        return False if not all(known) else True if all(one is True for one in known) else "inference"

    def build(self, input_shape: Any) -> None:
        for layer in self.layers:
            if not layer.built:
                layer.build(input_shape)
            input_shape = layer.compute_output_shape(input_shape)

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        if mask is not None:
            masking.set_mask(inputs, mask)
        for layer in self.layers:
            inputs = layer(inputs, training=training)
        return inputs

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        if not isinstance(config.get("layers"), list | tuple):
            raise ValueError(f"The config of a `Pipeline` must hold the list `layers`. Received: {config!r:.100}.")
        return super().from_config(config, custom_objects)

    def config_arguments(self) -> dict[str, Any]:
        return {"layers": self.layers, "name": self.name}
