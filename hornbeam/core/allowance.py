"""While a config is read, its sizes are claims: variables get no memory for them before something bears them out.

Inside `allowing(limit, by)` a new variable holds a view of a single zero in its shape. What the file has values for
gets those. At the end the rest is drawn, if it stays within the limit.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam.core.running import running, under

_MIB = 2**20
_FREE = 64 * _MIB  # what any file may ask for beside its weights
_CONSTANTS = 64 * _MIB  # what any config may ask for that is no variable
_PER_BYTE = 3  # a model without the state of its optimizer in the file: the weights once more, and two slots for each


class Allowance:
    """How many bytes may be drawn, and the variables that wait for their values."""

    def __init__(self, limit: int, by: str):
        self.limit, self.by = limit, by
        self.used = 0
        self.waiting: dict[Any, tuple[np.ndarray, Callable[[], Any]]] = {}

    def wait(self, variable: Any, shape: tuple[int, ...], dtype: np.dtype, draw: Callable[[], Any]) -> np.ndarray:
        """What `variable` holds until it is assigned, or until `draw()` gives its first value."""
        try:
            empty = np.broadcast_to(np.zeros((), dtype), shape)
        except ValueError:  # NumPy counts no further
            raise ValueError(self._too_much(variable, shape, math.prod(shape) * dtype.itemsize)) from None
        self.waiting[variable] = empty, draw
        return empty

    def drawn(self, variable: Any, held: Any) -> Any:
        """The value to read: `held`, or the first one if that was still to be drawn."""
        empty, draw = self.waiting.get(variable, (None, None))
        if draw is None or held is not empty:
            return held
        self.used += empty.nbytes
        if self.used > self.limit:
            raise ValueError(self._too_much(variable, empty.shape, self.used))
        del self.waiting[variable]
        return draw()

    def draw_all(self) -> None:
        """Give all variables that nothing was assigned to their first values, or none of them."""
        left = [(v, empty) for v, (empty, _) in self.waiting.items() if v._value is empty]
        total = self.used + sum(empty.nbytes for _, empty in left)
        if total > self.limit:
            variable, empty = max(left, key=lambda item: item[1].nbytes)
            raise ValueError(self._too_much(variable, empty.shape, total))
        for variable, empty in left:
            variable._value = self.drawn(variable, empty)

    def _too_much(self, variable: Any, shape: tuple[int, ...], total: int) -> str:
        return (
            f"The config asks for {total / _MIB:,.0f} MiB of variables that no file fills, such as "
            f"`{variable.path}` of shape {tuple(shape)}; {self.by} allows {self.limit / _MIB:,.0f} MiB; it is refused."
        )


@contextmanager
def allowing(limit: int, by: str) -> Iterator[None]:
    """Inside, variables wait for their values; what is inside another such context belongs to that one.

    Raises:
        ValueError: when the config asks for more than `limit` bytes beside what was assigned.
    """
    if running.allowance is not None:
        yield
        return
    allowance = Allowance(limit, by)
    with under(allowance=allowance):
        yield
        allowance.draw_all()


def charge(count: int, by: int, what: str) -> None:
    """Count what is about to be computed with, besides variables, because a config says so; code may ask for anything.

    Args:
        count: how many things, as the config claims.
        by: how many bytes each takes, about.
        what: what they are, for the message.

    Raises:
        ValueError: when a config is read that asks for more than it is allowed.
    """
    allowance = running.allowance
    if allowance is not None and count * by > min(allowance.limit, _CONSTANTS):
        raise ValueError(f"The config asks for {count:,} {what}, far more than any model has: that is refused.")


def allowing_file(size: int, shown: str) -> Any:
    """`allowing` for a model in a file of so many bytes."""
    return allowing(_FREE + _PER_BYTE * size, f"the size of `{shown}`")


def allowing_config() -> Any:
    """`allowing` for a config that comes without weights: a quarter of the machine's memory."""
    return allowing(_memory() // 4, "a quarter of this machine's memory")


def _memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # no such question on this system
        return 8 * 2**30
