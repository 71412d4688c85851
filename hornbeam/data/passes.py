"""How each kind of stream is gone through, once or as often as asked."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from hornbeam.data import random_state
from hornbeam.data.arrays import Batch
from hornbeam.data.cardinality import INFINITE_CARDINALITY


class Passes:
    """How a kind of stream is gone through: what a loop over `stream` gives, once or as often as asked."""

    can_restart = True

    def __init__(self, stream: Any):
        self.stream = stream

    def length(self) -> int | None:
        """Batches of a pass, if that is known beforehand."""
        try:
            return operator.index(len(self.stream))
        except NotImplementedError:
            return None
        except TypeError as error:
            if "integer" not in str(error):
                return None
            raise TypeError(
                f"`__len__` of {type(self.stream).__name__} must give an integer, the number of batches, as `//` or "
                "`math.ceil` does. Received: another number."
            ) from None

    def is_endless(self) -> bool:
        """Whether a pass is known to have no end."""
        return False

    def run(self, prepare: Callable[[Any], Batch]) -> Iterator[Batch]:
        """One pass."""
        return map(prepare, iter(self.stream))

    def state(self) -> dict[str, Any]:
        """What a pass that begins now depends on, beside the stream itself."""
        return {"random": random_state.capture()}

    def begin_like(self, state: dict[str, Any]) -> None:
        """Let the next pass begin like one that began from this state."""
        random_state.restore(state["random"])

    def close(self) -> None:
        """End what was started to go through the stream."""


class SinglePass(Passes):
    """A generator: what it gave is gone."""

    can_restart = False


class TFDatasetPasses(Passes):
    """A tf.data.Dataset."""

    def length(self) -> int | None:
        count = int(self.stream.cardinality())
        return count if count >= 0 else None

    def is_endless(self) -> bool:
        return int(self.stream.cardinality()) == -1  # -2: unknown

    def run(self, prepare: Callable[[Any], Batch]) -> Iterator[Batch]:
        return map(prepare, iter(self.stream.as_numpy_iterator()))


class DatasetPasses(Passes):
    """A `Dataset` of ours."""

    def is_endless(self) -> bool:
        return int(self.stream.cardinality()) == INFINITE_CARDINALITY

    def run(self, prepare: Callable[[Any], Batch]) -> Iterator[Batch]:
        return map(prepare, self.stream.plain())

    def state(self) -> dict[str, Any]:
        return super().state() | {"orders": [orders.state for orders in self.stream.orders]}

    def begin_like(self, state: dict[str, Any]) -> None:
        super().begin_like(state)
        for orders, found in zip(self.stream.orders, state["orders"]):
            orders.state = found
