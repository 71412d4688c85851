"""What users' code keeps in plain attributes: `self.n += 1` counts while a step is compiled, and at none after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from hornbeam import engine
from hornbeam.core.registry import is_builtin
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.running import running
from hornbeam.metrics import Metric

_told: WeakSet[Any] = WeakSet()


@contextmanager
def watched(objects: Iterable[Any]) -> Iterator[None]:
    """Around code that may be compiled: tell of what it keeps so.

    Raises:
        TypeError: for a metric that adds up tensors, which mean nothing when the step is over.
    """
    if running.traced is None:  # each step runs this code, and counts
        yield
        return
    before = [(x, dict(vars(x))) for x in objects if not is_builtin(type(x)) and x not in _told]
    yield
    for x, attributes in before:
        for name, now in vars(x).items():
            old = attributes.get(name)
            if isinstance(old, int | float) and type(now) is type(old) is not bool and now == old + 1:
                _told.add(x)
                warn_caller(f"`{name}` of `{type(x).__name__}` {_COUNTED}; {_fix(name, '1')}")
            elif isinstance(x, Metric) and engine.is_tensor(now) and now is not old and _is_number(old):
                raise TypeError(
                    f"State of a metric must be in variables. Received: a tensor in `{name}` of "
                    f"`{type(x).__name__}`; {_fix(name, 'value')}"
                )


_COUNTED = "is counted up by Python while a step is compiled, and not at the steps after it"


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) or engine.is_tensor(value)


def _fix(name: str, value: str) -> str:
    return (
        f'make `self.{name} = self.add_weight(name="{name}", initializer="zeros", trainable=False)`, and count by '
        f"`self.{name}.assign_add({value})`, or pass `run_eagerly=True` to `compile`."
    )
