"""`Adadelta`: steps in the units of the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Adadelta(Optimizer):
    """a ← ρ a + (1 - ρ) g²; Δ = √(d + ε) / √(a + ε) g; d ← ρ d + (1 - ρ) Δ²; w ← w - η Δ.

    Args:
        learning_rate: η; the paper's algorithm has 1.
        rho: ρ.
        epsilon: ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Zeiler, Adadelta: An Adaptive Learning Rate Method, arXiv:1212.5701.
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float | None = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("accumulated_grad", "accumulated_delta_var"),)

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        a, d = slots
        a = self.rho * a + (1 - self.rho) * g * g
        delta = engine.sqrt(d + self.epsilon) / engine.sqrt(a + self.epsilon) * g
        d = self.rho * d + (1 - self.rho) * delta * delta
        return w - lr * delta, a, d
