"""Steps of `Dataset` that few scripts use, and datasets of files."""

from __future__ import annotations

import glob
import itertools
import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam.data.pipeline.element import as_element


class MoreSteps:
    """Methods of `Dataset`."""

    _then: Callable[..., Any]
    _length: float | None

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def interleave(
        self,
        map_func: Callable[..., Iterable[Any]],
        cycle_length: int | None = None,
        block_length: int | None = None,
        **settings: Any,
    ) -> Any:
        """The elements of the datasets that a function makes of elements, some from each in turn.

        Args:
            map_func: makes a dataset of an element.
            cycle_length: from how many datasets at a time; 4 by default.
            block_length: how many elements at a time; 1 by default.
            settings: of threads, accepted for code written for TensorFlow.
        """
        cycle = cycle_length if cycle_length is not None and cycle_length > 0 else 4
        length = math.inf if self._length == math.inf else None
        return self._then(lambda: _in_turn(self, map_func, cycle, block_length or 1), length)

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any]) -> Any:
        """What a function of a state and an element makes of all elements, one after the other."""
        state = initial_state
        for element in self:
            state = reduce_func(state, element)
        return state

    def scan(self, initial_state: Any, scan_func: Callable[[Any, Any], tuple[Any, Any]]) -> Any:
        """What a function of a state and an element gives beside the next state."""

        def start() -> Iterator[Any]:
            state = initial_state
            for element in self:
                state, found = scan_func(state, element)
                yield as_element(found)

        return self._then(start, self._length)

    def take_while(self, predicate: Callable[..., Any]) -> Any:
        """The elements before the first for which a function says no."""
        return self._then(lambda: itertools.takewhile(lambda item: bool(_call(predicate, item)), self), None)

    def unique(self) -> Any:
        """Each element once."""
        return self._then(lambda: (as_element(item) for item in _unique(self)), None)

    def with_options(self, options: Any) -> Any:
        """The same elements."""
        return self._then(lambda: iter(self), self._length)

    @classmethod
    def list_files(
        cls, file_pattern: Any, shuffle: bool | None = None, seed: int | None = None, name: Any = None
    ) -> Any:
        """The names of the files that patterns fit, shuffled unless told otherwise.

        Raises:
            ValueError: where there is no such file.
        """
        texts = file_pattern.numpy() if hasattr(file_pattern, "numpy") else file_pattern
        patterns = [texts] if isinstance(texts, str | bytes | os.PathLike) else list(texts)
        names = sorted(path for pattern in patterns for path in glob.glob(os.fsdecode(pattern)))
        if not names:
            raise ValueError(f"`list_files` found no file. Received: {file_pattern!r}.")
        files = cls.from_tensor_slices(np.array(names, object))  # type: ignore[attr-defined]
        return files if shuffle is False else files.shuffle(len(names), seed=seed)


def _call(fn: Callable[..., Any], item: Any) -> Any:
    return fn(*item) if isinstance(item, tuple) else fn(item)


def _in_turn(items: Iterable[Any], fn: Callable[..., Iterable[Any]], cycle: int, block: int) -> Iterator[Any]:
    begun = (iter(_call(fn, item)) for item in items)
    running = list(itertools.islice(begun, cycle))
    while running:
        following: list[Iterator[Any]] = []
        for source in running:
            found = list(itertools.islice(source, block))
            yield from map(as_element, found)
            following += [source] if len(found) == block else itertools.islice(begun, 1)
        running = following


def _unique(items: Iterable[Any]) -> Iterator[Any]:
    met: set[Any] = set()
    for item in items:
        key = np.asarray(item).tobytes() if np.asarray(item).dtype != object else str(item)
        if key not in met:
            met.add(key)
            yield item


def lines_of(filenames: Any) -> Iterator[str]:
    """The lines of text files."""
    texts = filenames.numpy() if hasattr(filenames, "numpy") else filenames
    several: Sequence[Any] = (
        [texts] if isinstance(texts, str | bytes | os.PathLike) else list(np.asarray(texts, object).reshape(-1))
    )
    for path in several:
        with open(os.fsdecode(path), encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                yield line.rstrip("\r\n")
