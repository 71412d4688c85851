"""`Adamax`: Adam with the largest gradient in the place of the mean square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Adamax(Optimizer):
    """m ← β₁ m + (1 - β₁) g; u ← max(β₂ u, |g|); w ← w - η m / ((1 - β₁ᵗ) (u + ε)).

    Args:
        learning_rate: η.
        beta_1, beta_2, epsilon: β₁, β₂ and ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Kingma & Ba, Adam: A Method for Stochastic Optimization, arXiv:1412.6980, section 7.1.
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("momentum", "norm"),)

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        m, u = slots
        m = m + (1 - self.beta_1) * (g - m)
        u = engine.maximum(self.beta_2 * u, engine.abs(g))
        return w - lr * m / ((1 - engine.power(self.beta_1, t)) * (u + self.epsilon)), m, u
