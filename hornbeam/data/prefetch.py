"""`Prefetcher`: threads that fetch the next items while the last ones are used."""

from __future__ import annotations

import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Generator, Iterator
from typing import Any

from hornbeam.core.running import running, under

# Seconds without an item after which a warning shows what the worker is doing, then twice as many, and so on; and
# after which waiting is an error.
TELL_AFTER = 30.0
GIVE_UP_AFTER = 1800.0


class Prefetcher:
    """The items `fetch(0)`, `fetch(1)`, ... in this order, fetched ahead by threads.

    The threads are daemons and never outlive `close` by more than the item they are fetching. An exception of `fetch`
    is raised to the caller at the place of its item; `StopIteration` ends the items. A worker that gives nothing for
    long is shown with its stack in a warning, and in the end in a `TimeoutError`; Ctrl-C ends the wait at any time.

    Args:
        fetch: gives an item by its number. With several workers it is called by several threads at once.
        workers: how many threads.
        depth: how many items may be fetched ahead of the one in use.
        count: how many items there are; `None` if only `fetch` knows.
        put_back: called at `close` with the list of the items that were fetched and not used.
        name: of what gives the items, for messages.
        stack: the stack of a thread, by its identifier, as text, if it is to be looked for elsewhere.

    >>> with Prefetcher(lambda i: i * i, workers=2, depth=4, count=5) as squares:
    ...     list(squares)
    [0, 1, 4, 9, 16]
    """

    def __init__(
        self,
        fetch: Callable[[int], Any],
        *,
        workers: int = 1,
        depth: int = 2,
        count: int | None = None,
        put_back: Callable[[list[Any]], None] | None = None,
        name: str = "data",
        stack: Callable[[int], str] | None = None,
    ):
        self._fetch, self._depth, self._put_back = fetch, max(depth, workers), put_back
        self._name, self._stack = name, stack or stack_of_thread
        self._end = count  # the number of items, once known
        self._started = self._used = 0  # items that a worker has begun to fetch, items that the caller has got
        self._ready: dict[int, tuple[Any, BaseException | None]] = {}
        self._fetching: dict[int, int] = {}  # which thread fetches which item
        self._closed = False
        self._changed = threading.Condition()
        self._drawn_from = {"host": running.host, "unseeded": running.unseeded}  # the caller's random numbers
        self._threads = [threading.Thread(target=self._work, name="hornbeam-data", daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        with self._changed:
            if not self._is_next():
                self._wait()
            if self._used not in self._ready:
                raise StopIteration
            item, error = self._ready.pop(self._used)
            self._used += 1
            self._changed.notify_all()
        if error is not None:
            self.close()
            raise error
        return item

    def close(self) -> None:
        """Stop the threads; wait for them no longer than a second."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        until = time.monotonic() + 1.0
        for thread in self._threads:
            thread.join(timeout=max(until - time.monotonic(), 0.0))
        with self._changed:
            self._give_back()

    def __enter__(self) -> Prefetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_next(self) -> bool:
        return self._used in self._ready or self._is_at_end(self._used) or self._closed

    def _is_at_end(self, number: int) -> bool:
        return self._end is not None and number >= self._end

    def _wait(self) -> None:
        """Wait for the next item, awake often enough for Ctrl-C on every system."""
        began, tell = time.monotonic(), TELL_AFTER
        while not self._changed.wait_for(self._is_next, timeout=min(0.5, TELL_AFTER)):
            seconds = time.monotonic() - began
            if seconds >= GIVE_UP_AFTER:
                raise TimeoutError(self._report(seconds) + " Giving up.")
            if seconds >= tell:
                tell *= 2
                warnings.warn(self._report(seconds) + " Still waiting; Ctrl-C stops.", stacklevel=3)

    def _report(self, seconds: float) -> str:
        thread = next((ident for ident, number in self._fetching.items() if number == self._used), None)
        stack = "" if thread is None else self._stack(thread)
        return (
            f"`{self._name}` has given no batch for {seconds:.0f} seconds. "
            + (f"Its worker is here:\n{stack}" if stack else "Where its worker is could not be found out.")
        )  # fmt: skip

    def _work(self) -> None:
        me = threading.get_ident()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._is_at_end(self._started) or self._has_room())
                if self._closed or self._is_at_end(self._started):
                    return
                number = self._started
                self._started += 1
                self._fetching[me] = number
            result: tuple[Any, BaseException | None]
            try:
                with under(**self._drawn_from):
                    result = self._fetch(number), None
            except StopIteration:
                self._stop_at(number)
                return
            except BaseException as error:
                result = None, error
                self._stop_at(number + 1)
            with self._changed:
                del self._fetching[me]
                self._ready[number] = result
                self._changed.notify_all()
                if self._closed:  # `close` has stopped waiting for this item
                    self._give_back()

    def _has_room(self) -> bool:
        return self._started < self._used + self._depth

    def _stop_at(self, end: int) -> None:
        with self._changed:
            self._end = end if self._end is None else min(self._end, end)
            self._changed.notify_all()

    def _give_back(self) -> None:
        if self._put_back is not None:
            self._put_back([item for _, (item, error) in sorted(self._ready.items()) if error is None])
        self._ready.clear()


def stack_of_thread(ident: int) -> str:
    """What a thread is doing, without the frames of this file."""
    frame = sys._current_frames().get(ident)
    if frame is None:
        return ""
    frames = [line for line in traceback.extract_stack(frame) if line.filename not in (__file__, threading.__file__)]
    return "".join(traceback.format_list(frames)).rstrip("\n")


class AdaptivePrefetch:
    """Fetches the items of an iterator ahead in a thread once that saves time.

    Handing an item from one thread to another costs some 0.1 ms, as much as a small step of training. So the items
    are first fetched as they are asked for, and what fetching and using each takes is measured: a thread can save the
    smaller of the two. Where that was more than its cost twice, it starts. What was learnt holds for the next
    iterators too.

    Args:
        depth: how many items a thread may fetch ahead; with 0 there is no thread.
        name: of what gives the items, for messages.
    """

    _HANDOVER = 3e-4

    def __init__(self, depth: int, name: str = "data"):
        self.depth, self.name = depth, name
        self._votes = 0  # items for which a thread would have saved time, less those for which not

    @property
    def _is_worth_it(self) -> bool:
        return self._votes >= 2

    def over(
        self, items: Iterator[Any], put_back: Callable[[list[Any]], None] | None = None
    ) -> Generator[Any, None, None]:
        """The items; `put_back` gets those that were fetched and not used when it is closed."""
        if self.depth > 0 and not self._is_worth_it:
            yield from self._measured(items)
        if self.depth <= 0:
            yield from items
        elif self._is_worth_it:
            with Prefetcher(lambda _: next(items), depth=self.depth, put_back=put_back, name=self.name) as fetched:
                yield from fetched

    def _measured(self, items: Iterator[Any]) -> Iterator[Any]:
        """The items until a thread is worth it."""
        is_first = True  # the first step also compiles
        while not self._is_worth_it:
            start = time.perf_counter()
            try:
                item = next(items)
            except StopIteration:
                return
            fetched = time.perf_counter()
            yield item
            if not is_first:
                saved = min(fetched - start, time.perf_counter() - fetched)
                self._votes = max(self._votes + (1 if saved > self._HANDOVER else -1), 0)
            is_first = False


class Returnable:
    """An iterator that takes back items which were not used, and that one thread at a time asks for the next."""

    def __init__(self, iterator: Iterator[Any]):
        self._iterator = iterator
        self._returned: list[Any] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        with self._lock:
            return self._returned.pop(0) if self._returned else next(self._iterator)

    def put_back(self, items: list[Any]) -> None:
        """Give these items again before all others."""
        self._returned = [*items, *self._returned]
