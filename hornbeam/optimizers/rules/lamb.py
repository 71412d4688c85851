"""`Lamb`: Adam's direction, with a step in proportion to the layer's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Lamb(Optimizer):
    """w ← w - η |w| / |r| r, with r = m̂ / (√v̂ + ε), m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ), m and v as in Adam.

    Args:
        learning_rate: η.
        beta_1, beta_2, epsilon: β₁, β₂ and ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: You et al., Large Batch Optimization for Deep Learning, arXiv:1904.00962.
    """

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

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        m, v = slots
        m = m + (1 - self.beta_1) * (g - m)
        v = v + (1 - self.beta_2) * (g * g - v)
        m_hat = m / (1 - engine.power(self.beta_1, t))
        r = m_hat / (engine.sqrt(v / (1 - engine.power(self.beta_2, t))) + self.epsilon)
        norm_w, norm_r = engine.sqrt(engine.sum(w * w)), engine.sqrt(engine.sum(r * r))
        usable = (norm_w > 0) & (norm_r > 0)
        trust = engine.where(usable, norm_w / engine.where(usable, norm_r, 1), 1)
        return w - trust * lr * r, m, v
