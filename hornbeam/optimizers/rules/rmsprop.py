"""`RMSprop`: steps divided by the recent size of the gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class RMSprop(Optimizer):
    """v ← ρ v + (1 - ρ) g²; w ← w - η g / √(v + ε).

    Args:
        learning_rate: η.
        rho: ρ.
        momentum: μ: with m ← μ m + η g / √(v + ε), w ← w - m.
        epsilon: ε.
        centered: divide by the standard deviation: v - a² in v's place, with a ← ρ a + (1 - ρ) g.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Tieleman & Hinton, Lecture 6.5, Coursera, 2012.

    >>> import hornbeam
    >>> w = hornbeam.Variable(1.0)
    >>> hornbeam.optimizers.RMSprop(0.1, rho=0.0).apply([2.0], [w])
    >>> round(float(w), 4)
    0.9
    """

    is_elementwise = True
    rho = Hyperparameter(below=1)
    momentum = Hyperparameter()

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float | None = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        chosen = {"velocity": True, "momentum": is_on(self, "momentum"), "average_gradient": self.centered}
        return tuple((name,) for name, used in chosen.items() if used)

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        old = dict(zip([name for (name,) in self.slots], slots, strict=True))
        v = self.rho * old["velocity"] + (1 - self.rho) * g * g
        new = {"velocity": v}
        if self.centered:
            a = new["average_gradient"] = self.rho * old["average_gradient"] + (1 - self.rho) * g
            v = v - a * a
        step = lr * g * engine.rsqrt(v + self.epsilon)
        if is_on(self, "momentum"):
            step = new["momentum"] = self.momentum * old["momentum"] + step
        return w - step, *(new[name] for name in old)
