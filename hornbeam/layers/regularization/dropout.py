"""`Dropout`: zeros at random while training, so that no unit relies on another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import random
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base.checks import check_fraction
from hornbeam.layers.base.layer import Layer


class Dropout(Layer):
    """y = x m / (1 - rate) in training, with m 0 at a fraction `rate` of places and 1 elsewhere; y = x otherwise.

    Args:
        rate: the fraction of elements to drop, in [0, 1].
        noise_shape: the shape of m, which is broadcast to the input; 1 shares m along an axis, `None` keeps the
            input's size.
        seed: an integer for the same m in every run.

    Input and output: any shape.

    Source: Srivastava et al. 2014, Dropout: a simple way to prevent neural networks from overfitting.

    >>> import hornbeam
    >>> hornbeam.layers.Dropout(0.5)([1.0, 2.0]).tolist()
    [1.0, 2.0]
    """

    passes_values = True
    supports_masking = True
    rate = Hyperparameter(below=1)

    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.store(locals())
        check_fraction(self, "rate", rate)
        _check_noise_shape(self, noise_shape)
        self.noise_shape = noise_shape and tuple(noise_shape)
        if rate > 0:
            self.seed_generator = SeedGenerator(seed)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or not is_on(self, "rate"):
            return inputs
        return random.dropout(inputs, self.rate, self.shape_of_noise(inputs), self.seed_generator)

    def shape_of_noise(self, inputs: Any) -> tuple[int, ...] | None:
        """The shape of m for these inputs; `None` when it is theirs."""
        if self.noise_shape is None:
            return None
        sizes = (None,) * (inputs.ndim - len(self.noise_shape)) + tuple(self.noise_shape)
        return tuple(n if n is not None else size for n, size in zip(sizes, inputs.shape, strict=True))


def _check_noise_shape(layer: Layer, shape: Any) -> None:
    if shape is None:
        return
    if not isinstance(shape, tuple | list) or any(n is not None and (not isinstance(n, int) or n < 1) for n in shape):
        raise ValueError(
            f"`noise_shape` of `{type(layer).__name__}` must be a tuple of positive integers and None. "
            f"Received: noise_shape={shape!r}."
        )
