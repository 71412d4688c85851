"""`PReLU`: a learned slope below 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.layers.base.checks import known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight
from hornbeam.ops.nn.rectifiers import parametric_relu


class PReLU(Layer):
    """y = x where x > 0, alpha x elsewhere, with a learned alpha for every element of a row.

    Args:
        alpha_initializer: of alpha, the shape of a row with 1 in `shared_axes`.
        alpha_regularizer: a function of alpha, added to the loss.
        alpha_constraint: a function that maps alpha to an allowed one after each update.
        shared_axes: axes along which alpha is the same, the batch not counted: `[1, 2]` for images.

    Source: He et al. 2015, Delving deep into rectifiers.

    >>> import hornbeam
    >>> hornbeam.layers.PReLU()([[-1.0, 2.0]]).tolist()
    [[0.0, 2.0]]
    """

    supports_masking = True

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.shared_axes = [shared_axes] if isinstance(shared_axes, int) else shared_axes and list(shared_axes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        shared = self.shared_axes or ()
        rank = len(input_shape)
        sizes = {axis: known_size(self, input_shape, axis) for axis in range(1, rank) if axis not in shared}
        self.alpha = configured_weight(self, "alpha", [sizes.get(axis, 1) for axis in range(1, rank)])
        self.input_spec = InputSpec(ndim=rank, axes=sizes)

    def call(self, inputs: Any) -> Any:
        return parametric_relu(inputs, self.alpha.value)
