"""The layers."""

from hornbeam.layers.base import Layer
from hornbeam.layers.dense import Dense
from hornbeam.layers.input_spec import InputSpec

__all__ = ["Dense", "InputSpec", "Layer"]
