"""What layers share that prepare data: they are called on one thing, which may be a dictionary."""

from __future__ import annotations

from typing import Any

from hornbeam.layers.base.layer import Layer


class DataLayer(Layer):
    """A layer of what data go through before a model learns from them.

    Args:
        kwargs: `name`, `dtype`, ...
    """

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(inputs, *args, **kwargs)

    def convert_weight(self, weight: Any) -> Any:
        """A weight, as the layer computes with it: itself, since all computation is the engine's."""
        return weight
