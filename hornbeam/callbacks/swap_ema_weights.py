"""`SwapEMAWeights`: evaluate, predict and save with the moving averages of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.callbacks.base import Callback, Logs


class SwapEMAWeights(Callback):
    """Puts the averages of an optimizer with `use_ema=True` in the weights' place: while the model is evaluated and
    while it predicts.

    Args:
        swap_on_epoch: whether also from the end of an epoch to the beginning of the next one, so that callbacks that
            come later in the list, such as `ModelCheckpoint`, find the averages.

    Raises:
        ValueError: for a model whose optimizer keeps no averages.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1)])
    >>> model.compile(hornbeam.optimizers.SGD(use_ema=True), "mse")
    >>> history = model.fit([[1.0]], [[2.0]], verbose=0, callbacks=[hornbeam.callbacks.SwapEMAWeights()])
    """

    def __init__(self, swap_on_epoch: bool = False):
        self.swap_on_epoch = swap_on_epoch
        self._trained: list[tuple[Any, np.ndarray]] = []  # variables with the values that training goes on from

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._trained = []
        check_averages(self.model)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._go_on()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self.swap_on_epoch:
            self._show_averages()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """The averages stay, if they are in place; an evaluation that failed leaves them there, too, but for this."""
        if not self.swap_on_epoch:
            self._go_on()
        self._trained = []

    def on_test_begin(self, logs: Logs | None = None) -> None:
        self._show_averages()

    def on_test_end(self, logs: Logs | None = None) -> None:
        self._go_on()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._show_averages()

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._go_on()

    def state_dict(self) -> Logs:
        """The values that training goes on from, while the averages are in their place."""
        return {"trained": [value for _, value in self._trained]}

    def load_state_dict(self, state: Logs) -> None:
        self._trained = list(zip(self._trained_variables(), state["trained"])) if state["trained"] else []

    def _trained_variables(self) -> list[Any]:
        return self.model.__hornbeam__.run_state.trainer.trained_variables()

    def _show_averages(self) -> None:
        optimizer = check_averages(self.model)
        if self._trained or not optimizer.built:
            return
        variables = self._trained_variables()
        self._trained = [(variable, np.array(variable.numpy())) for variable in variables]
        optimizer.finalize_variable_values(variables)

    def _go_on(self) -> None:
        for variable, value in self._trained:
            variable.hold(value)
        self._trained = []


def check_averages(model: Any) -> Any:
    """The optimizer of a model, if it keeps averages of the weights."""
    optimizer = getattr(model, "optimizer", None)
    if not any(getattr(one, "use_ema", False) for one in _with_inner(optimizer)):
        raise ValueError(
            "`SwapEMAWeights` needs an optimizer that averages the weights, such as `Adam(use_ema=True)`. "
            f"Received: optimizer={optimizer!r}."
        )
    return optimizer


def _with_inner(optimizer: Any) -> Iterator[Any]:
    yield optimizer
    if hasattr(optimizer, "inner_optimizer"):
        yield optimizer.inner_optimizer
    yield from getattr(optimizer, "optimizers", ())
