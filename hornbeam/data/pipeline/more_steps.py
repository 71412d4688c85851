"""Steps of `Dataset` that few scripts use, and datasets of files."""

from __future__ import annotations

import contextlib
import glob
import itertools
import math
import os
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam.core import rng
from hornbeam.core.integers import check_count
from hornbeam.data.pipeline import grouping, steps
from hornbeam.data.pipeline.element import as_element, padded


class MoreSteps:
    """Methods of `Dataset`."""

    _then: Callable[..., Any]
    _length: float | None
    of_items: Callable[[Sequence[Any]], Any]

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

    def shard(self, num_shards: int, index: int) -> Any:
        """Every `num_shards`-th element, from number `index` on."""
        if not 0 <= index < num_shards:
            raise ValueError(f"`index` must be in [0, num_shards). Received: index={index}, num_shards={num_shards}.")
        known = self._length is not None and self._length != math.inf
        length = len(range(index, int(self._length or 0), num_shards)) if known else self._length
        return self._then(lambda: itertools.islice(self, index, None, num_shards), length)

    def window(self, size: int, shift: int | None = None, stride: int = 1, drop_remainder: bool = False) -> Any:
        """Datasets of `size` elements each, every `stride`-th one, that begin `shift` elements apart."""
        shift = size if shift is None else shift
        for name, value in (("size", size), ("shift", shift), ("stride", stride)):
            check_count(name, value, 1)
        start = lambda: map(self.of_items, steps.windows(self, size, shift, stride, drop_remainder))  # noqa: E731
        return self._then(start, math.inf if self._length == math.inf else None, False)

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

    def options(self) -> Any:
        """Settings, which have no effect."""
        return types.SimpleNamespace()

    def with_options(self, options: Any) -> Any:
        """The same elements."""
        return self._then(lambda: iter(self), self._length)

    snapshot = with_options

    def ignore_errors(self, log_warning: bool = False) -> Any:
        """The elements up to the first that cannot be made."""

        def start() -> Iterator[Any]:
            with contextlib.suppress(Exception):
                yield from self

        return self._then(start, None)

    def rebatch(self, batch_size: int, drop_remainder: bool = False) -> Any:
        """The rows of the batches in batches of another size."""
        rows: Any = self._then(lambda: steps.rows(self), None, False)
        return rows.batch(batch_size, drop_remainder)

    def group_by_window(
        self, key_func: Callable[..., Any], reduce_func: Callable[..., Any], window_size: Any = None, **others: Any
    ) -> Any:
        """The elements of datasets that a function makes of a key and a dataset of elements with that key.

        Args:
            key_func: gives the key of an element.
            reduce_func: takes a key and a dataset.
            window_size: how many elements of a key are taken together; or `window_size_func` of the key.
        """
        size_of = others.get("window_size_func") or (lambda _: window_size)

        def start() -> Iterator[Any]:
            for key, group in grouping.groups(self, lambda item: _call(key_func, item), lambda key: int(size_of(key))):
                yield from reduce_func(as_element(key), self.of_items(group))

        return self._then(start, None)

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
    ) -> Any:
        """Batches of elements of similar length, each filled up to its longest.

        Args:
            element_length_func: gives the length of an element.
            bucket_boundaries: lengths at which the next bucket begins.
            bucket_batch_sizes: of the buckets, one more than there are boundaries.
            padded_shapes, padding_values, drop_remainder: as for `padded_batch`.
            pad_to_bucket_boundary, no_padding: only False.
        """
        if pad_to_bucket_boundary or no_padding:
            raise ValueError("`bucket_by_sequence_length` fills elements up to the longest of their batch.")
        bucket = grouping.bucket_of(bucket_boundaries)

        def batches() -> Iterator[Any]:
            length_of = lambda item: bucket(_call(element_length_func, item))  # noqa: E731
            for key, group in grouping.groups(self, length_of, lambda key: bucket_batch_sizes[key]):
                if not drop_remainder or len(group) == bucket_batch_sizes[key]:
                    yield padded(group, padding_values, padded_shapes)

        return self._then(batches, None, True)

    @classmethod
    def random(cls, seed: int | None = None, **_: Any) -> Any:
        """Random integers without end."""
        generator = np.random.default_rng(rng.make_seed() if seed is None else seed)
        return cls(lambda: (as_element(generator.integers(2**32)) for _ in itertools.count()), math.inf)  # type: ignore[call-arg]

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
