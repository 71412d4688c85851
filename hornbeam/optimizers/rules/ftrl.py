"""`Ftrl`: follow the regularized leader; for large sparse models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Ftrl(Optimizer):
    """a' = a + g²; l ← l + g - (a'^-p - a^-p) / η w; w ← (clip(l, -λ₁, λ₁) - l) / ((β + a'^-p) / η + 2 λ₂); a ← a'.

    Args:
        learning_rate: η.
        learning_rate_power: p, at most 0.
        initial_accumulator_value: where a starts.
        l1_regularization_strength, l2_regularization_strength: λ₁ and λ₂.
        l2_shrinkage_regularization_strength: s adds 2 s w to g in l.
        beta: β.
        weight_decay, kwargs: as in `Optimizer`.

    Source: McMahan et al., Ad Click Prediction: a View from the Trenches, 2013.
    """

    is_elementwise = True

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())
        if learning_rate_power > 0:
            raise ValueError(
                f"`learning_rate_power` must be at most 0. Received: learning_rate_power={learning_rate_power}."
            )
        for name in (
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"`{name}` must be at least 0. Received: {name}={getattr(self, name)}.")

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("accumulator", "linear"),)

    def slot_start(self, slot: str, variable: Variable) -> Any:
        return self.initial_accumulator_value if slot == "accumulator" else 0.0

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        a, l = slots
        p, l1, l2 = self.learning_rate_power, self.l1_regularization_strength, self.l2_regularization_strength
        new = a + g * g
        grown = engine.power(new, -p)
        l = l + g + 2 * self.l2_shrinkage_regularization_strength * w - (grown - engine.power(a, -p)) / lr * w
        w = (engine.minimum(engine.maximum(l, -l1), l1) - l) / ((self.beta + grown) / lr + 2 * l2)
        return w, new, l
