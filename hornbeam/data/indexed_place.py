"""Where data that gives its batches by number is, so that another process can go on from there."""

from __future__ import annotations

import copy
from typing import Any

from hornbeam.data import random_state


class Place:
    """Remembers what the batches of a dataset come from: random numbers, and the dataset's own `state_dict`.

    Args:
        data: has `__getitem__`, and maybe `state_dict` and `load_state_dict`.
        ended: what there was when each pass before ended, for data whose hooks do something then.

        is_kept: whether somebody will ask for places between batches: then what there is before each is remembered,
            since some are fetched ahead.
    """

    def __init__(self, data: Any, ended: list[Any] | None = None, is_kept: bool = False):
        self.data, self.is_kept = data, is_kept
        self._knows_itself = hasattr(data, "state_dict") and hasattr(data, "load_state_dict")
        self._has_hooks = not self._knows_itself and any(map(self._is_defined, ("on_epoch_begin", "on_epoch_end")))
        self._ended = list(ended or ())
        self._began: Any = None
        self._before: dict[int, Any] = {}  # what there was before a batch was fetched

    def _is_defined(self, hook: str) -> bool:
        own = getattr(type(self.data), hook, None)
        return own is not None and getattr(own, "__qualname__", "").split(".")[0] not in ("PyDataset", "Sequence")

    def begins(self) -> None:
        """A pass begins: its order is drawn now."""
        self._began, self._before = random_state.capture(), {}

    def ends(self) -> None:
        """A pass has ended; the dataset's hook is called next."""
        if self._has_hooks:
            self._ended.append(random_state.capture())

    def fetches(self, position: int) -> None:
        """The batch at this position of the pass is fetched next."""
        if self.is_kept:
            self._before[position] = self._now()

    def at(self, position: int | None) -> dict[str, Any]:
        """The place before the batch at a position; `None` between passes."""
        for number in [number for number in self._before if position is None or number < position]:
            del self._before[number]
        now = None if position is None else self._before.get(position)
        return {"position": position, "began": self._began, "ended": list(self._ended), **(now or self._now())}

    def go_on(self, found: dict[str, Any]) -> None:
        """Bring the dataset and its random numbers to where they were."""
        if self._knows_itself and found["data"] is not None:
            self.data.load_state_dict(found["data"])
        random_state.restore(found["now"], ("python", "numpy"))

    def _now(self) -> dict[str, Any]:
        data = copy.deepcopy(self.data.state_dict()) if self._knows_itself else None
        return {"now": random_state.capture(), "data": data}
