"""`Adam`, and `AdamW`: Adam with weight decay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.hyperparameter import Hyperparameter
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class Adam(Optimizer):
    """m ← β₁ m + (1 - β₁) g; v ← β₂ v + (1 - β₂) g²; w ← w - α m / (√v + ε), with α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ).

    Args:
        learning_rate: η.
        beta_1, beta_2: β₁ and β₂.
        epsilon: ε (that of the paper's section 2, called ε̂ there).
        amsgrad: take the largest v so far in v's place.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Kingma & Ba, Adam: A Method for Stochastic Optimization, arXiv:1412.6980; Reddi et al., On the Convergence
    of Adam and Beyond, arXiv:1904.09237 (amsgrad).

    >>> import hornbeam
    >>> w = hornbeam.Variable(1.0)
    >>> hornbeam.optimizers.Adam(0.1).apply([2.0], [w])
    >>> round(float(w), 4)
    0.9
    """

    is_elementwise = True
    beta_1 = Hyperparameter(below=1)
    beta_2 = Hyperparameter(below=1)

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        moments = ("momentum", "velocity")
        return (moments, ("velocity_hat",)) if self.amsgrad else (moments,)

    def step_size(self, lr: Array, t: Array) -> Array:
        return adam_step_size(lr, t, self.beta_1, self.beta_2)

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        m, v, *largest = slots
        return adam_step(g, w, lr, m, v, self.beta_1, self.beta_2, self.epsilon, *largest)


def adam_step_size(lr: Array, t: Array, beta_1: float, beta_2: float) -> Array:
    """α."""
    return lr * engine.sqrt(1 - engine.power(beta_2, t)) / (1 - engine.power(beta_1, t))


def adam_step(
    g: Array,
    w: Array,
    alpha: Array,
    m: Array,
    v: Array,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    *largest: Array,
) -> tuple[Array, ...]:
    """The new w, m and v, and the new largest v if there is an old one."""
    m = m + (1 - beta_1) * (g - m)
    v = v + (1 - beta_2) * (g * g - v)
    largest = tuple(engine.maximum(old, v) for old in largest)
    return w - alpha * m / (engine.sqrt((v, *largest)[-1]) + epsilon), m, v, *largest


class AdamW(Adam):
    """Adam, with a weight decay of 0.004 unless another is given: w ← w - η λ w before each update.

    Args:
        learning_rate: η.
        weight_decay: λ.
        beta_1, beta_2, epsilon, amsgrad: as in `Adam`.
        kwargs: as in `Optimizer`.

    Source: Loshchilov & Hutter, Decoupled Weight Decay Regularization, arXiv:1711.05101.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float | None = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, **kwargs)
        if self.weight_decay is None:
            raise ValueError("`weight_decay` of AdamW must be a number: without one it is Adam. Received: None.")
