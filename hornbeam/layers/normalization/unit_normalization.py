"""`UnitNormalization`: every row with a length of 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import ops
from hornbeam.layers.base.checks import WrongKindError, check_axes
from hornbeam.layers.base.layer import Layer


class UnitNormalization(Layer):
    """y = x / sqrt(sum(x^2)), the sum over `axis` of every row; a row of zeros stays.

    Args:
        axis: an axis or several.

    Input and output: any shape.

    >>> import hornbeam
    >>> hornbeam.layers.UnitNormalization()([[0.0, -4.0], [0.0, 0.0]]).tolist()
    [[0.0, -1.0], [0.0, 0.0]]
    """

    supports_masking = True
    normalizes = True

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any):
        super().__init__(**kwargs)
        self.store(locals())
        self.axis: Any = list(axis) if isinstance(axis, tuple | list) else axis
        axes = self.axis if isinstance(self.axis, list) else [self.axis]
        if any(isinstance(a, bool) or not isinstance(a, int) for a in axes):
            raise WrongKindError(
                f"`axis` of `UnitNormalization` must be an integer or several. Received: axis={axis!r}."
            )

    def call(self, inputs: Any) -> Any:
        axes = check_axes(self, self.axis, inputs.ndim)
        return ops.normalize(inputs, axes, 2, 1e-12)
