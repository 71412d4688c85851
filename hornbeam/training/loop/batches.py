"""The loop over batches that come one by one, and who watches it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress


class BatchObserver:
    """Callbacks and display around batches.

    Args:
        hooks: the callbacks.
        mode: "train", "test" or "predict".
        progress: what is displayed, if anything.
    """

    def __init__(self, hooks: CallbackList, mode: str, progress: Progress | None):
        self.is_on, self._begin, self._end = {
            "train": (hooks.watches_train_batches, hooks.on_train_batch_begin, hooks.on_train_batch_end),
            "test": (hooks.watches_test_batches, hooks.on_test_batch_begin, hooks.on_test_batch_end),
            "predict": (hooks.watches_predict_batches, hooks.on_predict_batch_begin, hooks.on_predict_batch_end),
        }[mode]
        self.progress = progress

    def before(self, step: int) -> None:
        if self.is_on:
            self._begin(step)

    def after(self, done: int, logs: Any) -> None:
        """Say what has come out of the last of `done` steps."""
        if self.is_on:
            self._end(done - 1, logs)
        if self.progress is not None:
            self.progress.update(done, logs)


class InFlight:
    """What is under way on the device: at most `limit` results, of which the oldest are waited for.

    Args:
        limit: how many may be under way.
        finish: waits for one.
    """

    def __init__(self, limit: int, finish: Callable[[Any], Any]):
        self.limit = limit
        self.finish = finish
        self._waiting: deque[Any] = deque()

    def add(self, result: Any) -> None:
        self._waiting.append(result)
        while len(self._waiting) > self.limit:
            self.finish(self._waiting.popleft())

    def finish_all(self) -> None:
        while self._waiting:
            self.finish(self._waiting.popleft())


def over_batches(
    batches: Iterable[Any],
    run: Callable[[Any], Any],
    watch: BatchObserver,
    in_flight: InFlight,
    logs_of: Callable[[Any], Any] = lambda result: result,
    first: int = 0,
) -> Iterator[Any]:
    """The results of `run` for each batch, while some are under way.

    Args:
        batches: what to run.
        run: dispatches one.
        watch: told of each.
        in_flight: waits for them.
        logs_of: what the callbacks get for a result.
        first: the number of the first batch.
    """
    for step, batch in enumerate(batches, first):
        watch.before(step)
        result = run(batch)
        in_flight.add(result)
        watch.after(step + 1, logs_of(result))
        yield result
