"""Group normalization: groups of channels of every row with mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.layers.base.checks import check_axes, known_size
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.weights import configured_weight
from hornbeam.ops.nn.normalization import group_normalization


class GroupNormalization(Layer):
    """y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance of every row and group of channels.

    One group is layer normalization over all axes; as many as channels, instance normalization. 16-bit inputs are
    computed in float32.

    Args:
        groups: how many; divides the channels. -1 for as many as channels.
        axis: the axis of the channels.
        epsilon: keeps the division finite.
        center, scale: whether there are beta and gamma.
        beta_initializer, gamma_initializer: of shape (channels,).
        beta_regularizer, gamma_regularizer: functions added to the loss.
        beta_constraint, gamma_constraint: functions that map a weight to an allowed one after each update.

    Input and output: any shape of at least 2 axes.

    Source: Wu and He 2018, Group normalization.

    >>> import hornbeam
    >>> hornbeam.layers.GroupNormalization(2, epsilon=0.0)([[1.0, 3.0, 5.0, 9.0]]).tolist()
    [[-1.0, 1.0, -1.0, 1.0]]
    """

    supports_masking = True
    normalizes = True

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.store(locals())
        self.groups: int
        if isinstance(groups, bool) or not isinstance(groups, int) or (groups < 1 and groups != -1):
            raise ValueError(
                "`groups` of `GroupNormalization` must be a positive integer, or -1 for one group per channel. "
                f"Received: groups={groups!r}."
            )
        if isinstance(axis, bool) or not isinstance(axis, int) or axis == 0:
            raise ValueError(
                "`axis` of `GroupNormalization` must be an integer, and not that of the batch. "
                f"Received: axis={axis!r}."
            )
        self.input_spec = InputSpec(min_ndim=2)
        self.autocast = False  # large numbers are normalized before they become 16-bit ones

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        check_axes(self, self.axis, len(input_shape))
        channels = known_size(self, input_shape, self.axis)
        self.groups = channels if self.groups == -1 else self.groups
        if channels % self.groups:
            raise ValueError(
                f"The channels of the input of layer `{self.name}` must be a multiple of `groups`. "
                f"Received: {channels} channels, groups={self.groups}."
            )
        self.gamma = configured_weight(self, "gamma", (channels,), autocast=False) if self.scale else None
        self.beta = configured_weight(self, "beta", (channels,), autocast=False) if self.center else None
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})

    def call(self, inputs: Any) -> Any:
        y = group_normalization(inputs, self.groups, self.axis, self.gamma, self.beta, self.epsilon)
        return engine.cast(y, self.compute_dtype)
