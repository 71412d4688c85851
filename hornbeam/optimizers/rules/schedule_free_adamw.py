"""`ScheduleFreeAdamW`: an average of weights in the place of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.optimizer import Array, Optimizer
from hornbeam.optimizers.base.state import present_value


class ScheduleFreeAdamW(Optimizer):
    """z ← z - η g / (√v̂ + ε); x ← (1 - 1/t) x + z / t; w ← (1 - β₁) z + β₁ x, with v̂ as in Adam.

    The weights w lie between z, which is moved, and its mean x, so x is not kept: it is (w - (1 - β₁) z) / β₁.

    Args:
        learning_rate: η.
        beta_1, beta_2, epsilon: β₁, β₂ and ε.
        warmup_steps: over how many steps η rises from 0.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Defazio et al., The Road Less Scheduled, arXiv:2405.15682.

    >>> import hornbeam
    >>> w = hornbeam.Variable(1.0)
    >>> hornbeam.optimizers.ScheduleFreeAdamW(0.1).apply([2.0], [w])
    >>> round(float(w), 4)
    0.9
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-8,
        warmup_steps: int = 0,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("momentum", "velocity"),)

    def slot_start(self, slot: str, variable: Variable) -> Any:
        return present_value(variable) if slot == "momentum" else 0.0

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        z, v = slots
        x = (w - (1 - self.beta_1) * z) / self.beta_1
        if self.warmup_steps:
            lr = lr * engine.minimum(t / self.warmup_steps, 1)
        v = v + (1 - self.beta_2) * (g * g - v)
        v_hat = v / (1 - engine.power(self.beta_2, t))
        z = z - lr * g / (engine.sqrt(v_hat) + self.epsilon)
        x = (1 - 1 / t) * x + z / t
        return (1 - self.beta_1) * z + self.beta_1 * x, z, v
