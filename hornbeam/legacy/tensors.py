"""What tensors of Keras 2's graphs have and symbolic tensors have not: `hornbeam.core.old_names.members` says so."""

from __future__ import annotations

from typing import Any

from hornbeam.core.shape import Shape
from hornbeam.legacy.backend.functions import function


class Dimension(int):
    """A size, which is its own `value`, as TensorFlow 1's sizes had one."""

    @property
    def value(self) -> int:
        return int(self)


class SymbolicTensor:
    """Its members are those of `hornbeam.KerasTensor`."""

    shape: tuple[int | None, ...]
    history: Any

    def get_shape(self) -> Shape:
        """The sizes, with TensorFlow's methods."""
        return Shape(None if n is None else Dimension(n) for n in self.shape)

    def eval(self, feed_dict: dict[Any, Any] | None = None, session: Any = None) -> Any:
        """The value for values of inputs, as `tf.Session` gives it."""
        found = function(list(feed_dict or {}), self)
        return found(list((feed_dict or {}).values()))

    @property
    def _keras_shape(self) -> tuple[int | None, ...]:
        """The sizes."""
        return self.shape

    @property
    def _keras_history(self) -> Any:
        """Which call made it, and which of its outputs it is."""
        return self.history

    @property
    def _uses_learning_phase(self) -> bool:
        """Layers are told whether they are in training when they compute: no tensor has to know."""
        return False


class Variable:
    """Its members are those of `hornbeam.Variable`."""

    shape: tuple[int, ...]
    value: Any
    numpy: Any

    def get_shape(self) -> Shape:
        """The sizes, with TensorFlow's methods."""
        return Shape(map(Dimension, self.shape))

    @property
    def _keras_shape(self) -> tuple[int, ...]:
        """The sizes."""
        return self.shape

    def eval(self, session: Any = None) -> Any:
        """What it holds."""
        return self.numpy()

    def read_value(self) -> Any:
        """The array that it holds."""
        return self.value

    initialized_value = read_value
