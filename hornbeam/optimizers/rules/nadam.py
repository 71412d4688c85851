"""`Nadam`: Adam with Nesterov's momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Nadam(Optimizer):
    """w ← w - η m̂ / (√v̂ + ε), with m and v as in Adam and

        μₜ = β₁ (1 - 0.96^t / 2)
        m̂ = μₜ₊₁ m / (1 - Πμ up to t + 1) + (1 - μₜ) g / (1 - Πμ up to t)
        v̂ = v / (1 - β₂ᵗ)

    Args:
        learning_rate: η.
        beta_1, beta_2, epsilon: β₁, β₂ and ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Dozat, Incorporating Nesterov Momentum into Adam, 2016.
    """

    is_elementwise = True
    shared = {"product": 1.0}

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
        return (("momentum", "velocity"),)

    def _mu(self, t: Array) -> Array:
        return self.beta_1 * (1 - 0.5 * engine.power(0.96, t))

    def before_updates(self, t: Array) -> None:
        product = self._state.shared["product"]
        product.assign(product.value * self._mu(t))

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        m, v = slots
        product = engine.cast(self._state.shared["product"].value, engine.dtype_name(w))
        now, then = self._mu(t), self._mu(t + 1)
        m = m + (1 - self.beta_1) * (g - m)
        v = v + (1 - self.beta_2) * (g * g - v)
        m_hat = then * m / (1 - product * then) + (1 - now) * g / (1 - product)
        v_hat = v / (1 - engine.power(self.beta_2, t))
        return w - lr * m_hat / (engine.sqrt(v_hat) + self.epsilon), m, v
