"""`QHAdam`: Adam, with the newest gradient weighed apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class QHAdam(Optimizer):
    """w ← w - η ((1 - ν₁) g + ν₁ m̂) / (√((1 - ν₂) g² + ν₂ v̂) + ε), with m and v as in Adam, divided by 1 - βᵗ.

    With ν₁ = ν₂ = 1 it is Adam (with the paper's ε, added to √v̂), with ν₁ = 0 RMSprop with its bias corrected.

    Args:
        learning_rate: η.
        beta_1, beta_2: β₁ and β₂.
        nu1, nu2: ν₁ and ν₂.
        epsilon: ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Ma & Yarats, Quasi-hyperbolic momentum and Adam for deep learning, ICLR 2019, arXiv:1810.06801.

    >>> import hornbeam
    >>> w = hornbeam.Variable(1.0)
    >>> hornbeam.optimizers.QHAdam(0.1).apply([2.0], [w])
    >>> round(float(w), 4)
    0.9
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.999,
        beta_2: float = 0.999,
        nu1: float = 0.7,
        nu2: float = 1.0,
        epsilon: float | None = 1e-8,
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
        v_hat = v / (1 - engine.power(self.beta_2, t))
        size = engine.sqrt((1 - self.nu2) * g * g + self.nu2 * v_hat) + self.epsilon
        return w - lr * ((1 - self.nu1) * g + self.nu1 * m_hat) / size, m, v
