"""RMS normalization: every row with a root mean square of 1 over its features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import check_axes, known_size
from hornbeam.layers.base.layer import Layer


class RMSNormalization(Layer):
    """y = scale x / sqrt(mean(x^2) + epsilon), the mean over `axis` of every row.

    Args:
        axis: an axis or several.
        epsilon: keeps the division finite.

    Input and output: any shape.

    Source: Zhang and Sennrich 2019, Root mean square layer normalization.

    >>> import hornbeam
    >>> hornbeam.layers.RMSNormalization(epsilon=0.0)([[2.0, -2.0]]).tolist()
    [[1.0, -1.0]]
    """

    normalizes = True

    def __init__(self, axis: int | Sequence[int] = -1, epsilon: float = 1e-6, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.axis: Any = list(axis) if isinstance(axis, tuple | list) else axis

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.axis = sorted(check_axes(self, self.axis, len(input_shape)))
        shape = [known_size(self, input_shape, axis) for axis in self.axis]
        self.scale = self.add_weight(shape, "ones", autocast=False, name="scale")

    def call(self, x: Any) -> Any:
        return ops.rms_normalization(x, self.scale, self.axis, self.epsilon)
