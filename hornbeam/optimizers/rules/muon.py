"""`Muon`: momentum made orthogonal, for matrices; Adam for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import as_array
from hornbeam.optimizers.base.optimizer import Array, Optimizer
from hornbeam.optimizers.rules.adam import adam_step, adam_step_size


class Muon(Optimizer):
    """m ← μ m + g; w ← w - η ρ √max(rows, columns) O, with O ≈ U Vᵀ, where U S Vᵀ = g + μ m (or m, without Nesterov).

    O comes from a few steps of X ← a X + (b A + c A²) X with A = X Xᵀ, which starts at the matrix divided by its norm.
    Variables that are no matrices, embeddings, and what `exclude_layers` names are moved by `Adam`.

    Args:
        learning_rate: η.
        adam_beta_1, adam_beta_2, epsilon: β₁, β₂ and ε of Adam.
        adam_weight_decay: λ of the variables that Adam moves.
        weight_decay: λ of the others.
        exclude_layers: regular expressions; Adam moves the variables whose paths have a match.
        exclude_embeddings: whether Adam moves variables with "embedding" in their path.
        muon_a, muon_b, muon_c: a, b and c.
        adam_lr_ratio: Adam's learning rate as a multiple of η.
        momentum: μ.
        ns_steps: how many steps lead to O.
        nesterov: whether O comes from the gradient after the momentum's step.
        rms_rate: ρ; `None` leaves the factor ρ √max(rows, columns) out.
        kwargs: as in `Optimizer`.

    Source: Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024; Liu et al., Muon is Scalable
    for LLM Training, arXiv:2502.16982.

    >>> import hornbeam
    >>> w = hornbeam.Variable([[1.0, 0.0], [0.0, 1.0]])
    >>> hornbeam.optimizers.Muon(0.1, weight_decay=None).apply([[[3.0, 0.0], [0.0, 4.0]]], [w])
    >>> bool(w[0, 0] < 1)
    True
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float | None = 1e-7,
        weight_decay: float | None = 0.004,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        exclude_layers = list(exclude_layers or ())
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("momentum", "velocity"),)

    def slot_start(self, slot: str, variable: Variable) -> Any:
        return None if slot == "velocity" and not self._is_for_adam(variable) else 0.0

    def decay_of(self, variable: Variable) -> float | None:
        if variable in self._undecayed:
            return None
        return self.adam_weight_decay if self._is_for_adam(variable) else self.weight_decay

    def _is_for_adam(self, variable: Variable) -> bool:
        return (
            len(variable.shape) != 2
            or (self.exclude_embeddings and "embedding" in variable.path.lower())
            or any(re.search(pattern, variable.path) for pattern in self.exclude_layers)
        )

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        m, *velocity = slots
        if velocity:
            beta_1, beta_2 = self.adam_beta_1, self.adam_beta_2
            alpha = adam_step_size(lr * self.adam_lr_ratio, t, beta_1, beta_2)
            return adam_step(g, w, alpha, m, velocity[0], beta_1, beta_2, self.epsilon)
        m = self.momentum * m + g
        direction = g + self.momentum * m if self.nesterov else m
        return w - self.lr_adjust(lr * self.zeropower_via_newtonschulz5(direction, self.ns_steps)), m

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Array:
        """About U Vᵀ for a matrix U S Vᵀ."""
        x = as_array(x)
        if len(x.shape) < 2:
            raise ValueError(f"`x` must have at least 2 dimensions. Received: shape={tuple(x.shape)}.")
        if x.shape[-2] > x.shape[-1]:
            return self.transpose_last_axis(self.zeropower_via_newtonschulz5(self.transpose_last_axis(x), steps))
        x = x / (engine.sqrt(engine.sum(x * x, (-2, -1), True)) + 1e-7)
        for _ in range(steps):
            a = engine.matmul(x, self.transpose_last_axis(x))
            b = self.muon_b * a + self.muon_c * engine.matmul(a, a)
            x = self.muon_a * x + engine.matmul(b, x)
        return x

    def transpose_last_axis(self, X: Any) -> Array:
        """Matrices with rows and columns exchanged."""
        X = as_array(X)
        n = len(X.shape)
        return engine.transpose(X, (*range(n - 2), n - 1, n - 2))

    def lr_adjust(self, x: Any) -> Array:
        """A step, scaled so that it is about as long as one of Adam."""
        x = as_array(x)
        return x if self.rms_rate is None else x * (max(x.shape[0], x.shape[1]) ** 0.5 * self.rms_rate)
