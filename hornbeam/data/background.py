"""`Background`: threads that fetch the next items while the last ones are used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any


class Background:
    """The items `fetch(0)`, `fetch(1)`, ... in this order, fetched ahead by threads.

    The threads are daemons and never outlive `close` by more than the item they are fetching. An exception of `fetch`
    is raised to the caller at the place of its item; `StopIteration` ends the items.

    Args:
        fetch: gives an item by its number. With several workers it is called by several threads at once.
        workers: how many threads.
        depth: how many items may be fetched ahead of the one in use.
        count: how many items there are; `None` if only `fetch` knows.
        put_back: called at `close` with the list of the items that were fetched and not used.

    >>> with Background(lambda i: i * i, workers=2, depth=4, count=5) as squares:
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
    ):
        self._fetch, self._depth, self._put_back = fetch, max(depth, workers), put_back
        self._end = count  # the number of items, once known
        self._started = self._used = 0  # items that a worker has begun to fetch, items that the caller has got
        self._ready: dict[int, tuple[Any, BaseException | None]] = {}
        self._closed = False
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._work, name="hornbeam-data", daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: self._used in self._ready or self._is_at_end(self._used) or self._closed)
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
        for thread in self._threads:
            thread.join(timeout=1.0)
        with self._changed:
            self._give_back()

    def __enter__(self) -> Background:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_at_end(self, number: int) -> bool:
        return self._end is not None and number >= self._end

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._is_at_end(self._started) or self._has_room())
                if self._closed or self._is_at_end(self._started):
                    return
                number = self._started
                self._started += 1
            result: tuple[Any, BaseException | None]
            try:
                result = self._fetch(number), None
            except StopIteration:
                self._stop_at(number)
                return
            except BaseException as error:
                result = None, error
                self._stop_at(number + 1)
            with self._changed:
                self._ready[number] = result
                self._changed.notify_all()

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
