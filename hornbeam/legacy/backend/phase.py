"""The learning phase: whether what is computed is training (1) or not (0)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core import settings
from hornbeam.core.running import running
from hornbeam.core.symbolic import Operation, SymbolicTensor, is_symbolic, record


def learning_phase() -> Any:
    """1 in training and 0 otherwise; outside of a computation, a symbolic tensor for `K.function` and for graphs."""
    fixed = settings.learning_phase()
    if fixed is not None:
        return fixed
    return now() if running.layers or running.scope is not None else _tensor()


def now() -> int:
    """The phase of the computation that is running."""
    return int(running.training) if running.training is not None else settings.learning_phase() or 0


def _phase_of_call() -> Any:
    return np.int32(now())


def _tensor() -> SymbolicTensor:
    return record(Operation(_phase_of_call), (), {}, SymbolicTensor((), "int32"))


def is_learning_phase(x: Any) -> bool:
    """Whether it is a tensor that `learning_phase` gave."""
    operation = x.node.operation if isinstance(x, SymbolicTensor) and x.node is not None else None
    return isinstance(operation, Operation) and operation.function is _phase_of_call


def set_learning_phase(value: int) -> None:
    """Let `learning_phase`, `in_train_phase` and `K.function` take this phase where a call says none.

    `fit` trains and `predict` does not, whatever it is; `model(x, training=True)` computes as in training.
    """
    settings.set_learning_phase(value)


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` in training, else `alt`; each may be a function that gives it.

    Args:
        x, alt: tensors, or functions without arguments.
        training: the phase, if it is another one than that of the computation that is running.
    """
    phase = learning_phase() if training is None else training
    if not is_symbolic(phase) and not engine.is_traced(phase):
        return _given(x if phase else alt)
    x, alt = _given(x), _given(alt)
    if training is None and not is_symbolic(x, alt):
        return x if now() else alt
    return ops.where(ops.cast(phase, "bool"), x, alt)


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`alt` in training, else `x`."""
    return in_train_phase(alt, x, training)


def _given(x: Any | Callable[[], Any]) -> Any:
    return x() if callable(x) and not is_symbolic(x) else x
