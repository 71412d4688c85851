"""`Adafactor`: mean squares of gradients kept by rows and columns, in little memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import dtypes
from hornbeam.core.variable import Variable
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Adafactor(Optimizer):
    """w ← w - max(ε₂, rms(w)) ρ û, with û = u / max(1, rms(u) / d), u = g / √v, ρ = min(η, 1 / √t), β = 1 - t^c and

        r ← β r + (1 - β) mean over columns of g² + ε₁
        s ← β s + (1 - β) mean over rows of g² + ε₁
        v = r s / mean(r), the rank-1 matrix with these means; of a vector, v ← β v + (1 - β) (g² + ε₁)

    Args:
        learning_rate: η.
        beta_2_decay: c.
        epsilon_1, epsilon_2: ε₁ and ε₂.
        clip_threshold: d.
        relative_step: whether η is at most 1 / √t; it makes no difference to the formula above, where ρ is.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Shazeer & Stern, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, arXiv:1804.04235.

    >>> import hornbeam
    >>> w = hornbeam.Variable([[1.0]])
    >>> hornbeam.optimizers.Adafactor(0.1).apply([[[2.0]]], [w])
    >>> round(float(w[0, 0]), 4)
    0.9
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("r", "c", "velocity"),)

    def slot_start(self, slot: str, variable: Variable) -> Any:
        if slot == "velocity":
            return 0.0
        if len(variable.shape) < 2:
            return np.zeros((), "int32")  # a place in the file
        shape = variable.shape[:-1] if slot == "r" else (*variable.shape[:-2], variable.shape[-1])
        return np.zeros(shape, dtypes.numpy_dtype(variable.dtype))

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        r, c, v = slots
        rho = engine.minimum(lr, engine.rsqrt(t))
        beta = 1 - engine.power(t, self.beta_2_decay)
        g2 = g * g + self.epsilon_1
        if len(w.shape) < 2:
            v = beta * v + (1 - beta) * g2
        else:
            r = beta * r + (1 - beta) * _mean(g2, -1)
            c = beta * c + (1 - beta) * _mean(g2, -2)
            v = (r / _mean(r, -1, keepdims=True))[..., None] * c[..., None, :]
        u = g * engine.rsqrt(v)
        u = u / engine.maximum(_rms(u) / self.clip_threshold, 1)
        return w - engine.maximum(_rms(w), self.epsilon_2) * rho * u, r, c, v


def _mean(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    count = int(np.prod(x.shape)) if axis is None else x.shape[axis]
    return engine.sum(x, axis, keepdims) / count


def _rms(x: Array) -> Array:
    return engine.sqrt(_mean(x * x))
