"""`Lion`: steps of one size, in the direction of a sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Lion(Optimizer):
    """w ← w - η sign(β₁ m + (1 - β₁) g); m ← β₂ m + (1 - β₂) g.

    Args:
        learning_rate: η; usually 3 to 10 times smaller than Adam's.
        beta_1, beta_2: β₁, in (0, 1], and β₂.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675.
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())
        if not 0 < beta_1 <= 1:
            raise ValueError(f"`beta_1` must be in (0, 1]. Received: beta_1={beta_1}.")

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("momentum",),)

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        (m,) = slots
        direction = engine.sign(self.beta_1 * m + (1 - self.beta_1) * g)
        return w - lr * direction, self.beta_2 * m + (1 - self.beta_2) * g
