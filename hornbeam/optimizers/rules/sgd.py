"""`SGD`: gradient descent, with momentum or without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core.hyperparameter import Hyperparameter, is_on
from hornbeam.optimizers.base.optimizer import Array, Optimizer


class SGD(Optimizer):
    """w ← w - η g; with momentum, m ← μ m - η g and w ← w + m, or w ← w + μ m - η g (Nesterov).

    Args:
        learning_rate: η.
        momentum: μ, in [0, 1].
        nesterov: whether the gradient is taken to be that after the momentum's step.
        weight_decay, kwargs: as in `Optimizer`.

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning, 2013.

    >>> import hornbeam
    >>> w = hornbeam.Variable(1.0)
    >>> hornbeam.optimizers.SGD(0.25).apply([2.0], [w])
    >>> float(w)
    0.5
    """

    is_elementwise = True
    momentum = Hyperparameter()

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.store(locals())
        if not isinstance(momentum, float | int) or not 0 <= momentum <= 1:
            raise ValueError(f"`momentum` must be in [0, 1]. Received: momentum={momentum!r}.")

    @property
    def slots(self) -> Sequence[Sequence[str]]:
        return (("momentum",),) if is_on(self, "momentum") else ()

    def update(self, g: Array, w: Array, lr: Array, t: Array, *slots: Array) -> tuple[Array, ...]:
        if not slots:
            return (w - lr * g,)
        m = self.momentum * slots[0] - lr * g
        return w + self.momentum * m - lr * g if self.nesterov else w + m, m
