"""`Adagrad`: steps divided by the size of all gradients so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Adagrad(Optimizer):
    """a ← a + g²; w ← w - η g / √(a + ε).

    Args:
        learning_rate: η.
        initial_accumulator_value: where a starts.
        epsilon: ε.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Duchi et al., Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011.
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float | None = 1e-7,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("accumulator",),)

    def slot_start(self, slot: str, variable: Variable) -> Any:
        return self.initial_accumulator_value

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        a = slots[0] + g * g
        return w - lr * g * engine.rsqrt(a + self.epsilon), a
