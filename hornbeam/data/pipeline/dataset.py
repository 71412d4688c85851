"""`Dataset`: elements made when they are asked for, with the steps that scripts for `tf.data` use."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam.core import rng, staying
from hornbeam.core.integers import check_count
from hornbeam.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from hornbeam.data.pipeline import steps
from hornbeam.data.pipeline.declared import declared
from hornbeam.data.pipeline.element import (
    Element,
    ElementSpec,
    Pass,
    as_element,
    leaves,
    map_structure,
    padded,
    plain,
    rebuilt,
    stacked,
)  # fmt: skip
from hornbeam.data.pipeline.more_steps import MoreSteps
from hornbeam.data.pipeline.rows import Ordered, Rows, Slices
from hornbeam.data.prefetch import AdaptivePrefetch

AUTOTUNE = -1

Start = Callable[[], Iterator[Any]]


class Dataset(MoreSteps):
    """Elements, or batches of them, that a loop over the dataset makes one after the other, as often as asked.

    Each method gives a new dataset, and reads nothing. `fit`, `evaluate`, `predict` and `adapt` take a dataset of
    batches. Elements are NumPy arrays that also answer `.numpy()`.

    Args:
        start: begins a pass over the elements.
        length: how many there are; `math.inf` without end, `None` if it is not known.
        class_names: of the labels, where they have names.
        batched: whether the elements are batches.
        orders: what the orders of the passes come from, here and in the datasets that this one is made of.

    Attributes:
        batched: whether the elements are known to be batches.
        class_names: of the labels, where they have names.
        file_paths: of a dataset out of a folder.

    >>> data = Dataset(lambda: iter(as_element(i) for i in range(5)), length=5)
    >>> [batch.tolist() for batch in data.map(lambda x: x * 2).batch(2)]
    [[0, 2], [4, 6], [8]]
    """

    def __init__(
        self,
        start: Start,
        length: float | None = None,
        class_names: list[str] | None = None,
        batched: bool = False,
        orders: Iterable[steps.Orders] = (),
    ):
        self._start, self._length, self.batched = start, length, batched
        self.orders = tuple(orders)
        self.class_names = class_names
        self.file_paths: list[str] | None = None
        self._spec: Any = None

    def _then(
        self, start: Start, length: float | None, batched: bool | None = None, more: Iterable[steps.Orders] = ()
    ) -> Dataset:
        batched = self.batched if batched is None else batched
        return Dataset(start, length, self.class_names, batched, (*self.orders, *more))

    def __iter__(self) -> Iterator[Any]:
        return Pass(self._start()) if staying.everywhere() else self._start()

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        if self._length is None or self._length == math.inf:
            what = "does not end" if self._length else "does not know its length"
            raise TypeError(f"This dataset {what}: `take(n)` has n elements at most, `cardinality()` never fails.")
        return int(self._length)

    def __repr__(self) -> str:
        length = {None: "of unknown length", math.inf: "without end"}.get(self._length, f"of length {self._length}")
        return f"<{type(self).__name__} {length}>"

    def cardinality(self) -> Element:
        """The length; -1 without end, -2 if it is not known."""
        length = UNKNOWN_CARDINALITY if self._length is None else self._length
        return as_element(np.int64(INFINITE_CARDINALITY if length == math.inf else length))

    @property
    def element_spec(self) -> Any:
        """Shape and dtype of the elements, found by making the first one."""
        if self._spec is None:
            for first in self.take(1):
                self._spec = map_structure(self._spec_of, first)
        return self._spec

    def _spec_of(self, array: np.ndarray) -> ElementSpec:
        return ElementSpec((None, *array.shape[1:]) if self.batched else array.shape, array.dtype)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The elements as plain NumPy arrays; strings are bytes."""
        return Pass(map_structure(lambda array: array.numpy(), element) for element in self)

    def plain(self) -> Iterator[Any]:
        """The elements as plain NumPy arrays; strings are Python's."""
        return map(plain, self)

    # elements one by one

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
    ) -> Dataset:
        """What a function makes of each element; it gets the parts of a tuple as arguments.

        Args:
            map_func: takes and gives arrays of any library, in tuples and dictionaries.
            num_parallel_calls, deterministic: accepted for code written for TensorFlow: one thread calls the function,
                while the model trains.
        """
        return self._then(lambda: (as_element(_call(map_func, item)) for item in self), self._length)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which a function gives a true value."""
        return self._then(lambda: (item for item in self if _call(predicate, item)), None)

    def enumerate(self, start: int = 0) -> Dataset:
        """Pairs of a number and an element."""
        return self._then(lambda: ((as_element(np.int64(i)), x) for i, x in enumerate(self, start)), self._length)

    def apply(self, transformation_func: Callable[[Dataset], Any]) -> Any:
        """What a function makes of the dataset."""
        return transformation_func(self)

    # batches

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
    ) -> Dataset:
        """`batch_size` elements together, as arrays with one more axis.

        Args:
            batch_size: how many; the last batch may have fewer.
            drop_remainder: whether that one is left out.
            num_parallel_calls, deterministic: accepted for code written for TensorFlow.
        """
        check_count("batch_size", batch_size, least=1)
        start = self._start
        if isinstance(start, Ordered) and start.rows.gathers:
            length = self._number_of_batches(batch_size, drop_remainder)
            return self._then(lambda: start.batches(batch_size, drop_remainder), length, True)
        return self._in_batches(batch_size, drop_remainder, stacked)

    def padded_batch(
        self, batch_size: int, padded_shapes: Any = None, padding_values: Any = None, drop_remainder: bool = False
    ) -> Dataset:
        """As `batch`, of elements with different sizes: each is filled up to the largest of its batch.

        Args:
            batch_size, drop_remainder: as for `batch`.
            padded_shapes: for each array; `None` and -1 for the size of the largest, as by default.
            padding_values: one for all, or one for each array; 0, or empty strings, by default.
        """
        return self._in_batches(batch_size, drop_remainder, lambda batch: padded(batch, padding_values, padded_shapes))

    def _in_batches(self, size: int, drop: bool, join: Callable[[list[Any]], Any]) -> Dataset:
        check_count("batch_size", size, least=1)
        return self._then(lambda: steps.batches(self, size, drop, join), self._number_of_batches(size, drop), True)

    def _number_of_batches(self, size: int, drop: bool) -> float | None:
        if self._length is None or self._length == math.inf:
            return self._length
        return self._length // size if drop else -(-self._length // size)

    def unbatch(self) -> Dataset:
        """The rows of batches."""
        length = math.inf if self._length == math.inf else None
        return self._then(lambda: steps.rows(self), length, False)

    # order and number

    def shuffle(
        self,
        buffer_size: int | None,
        seed: int | None = None,
        reshuffle_each_iteration: bool | None = True,
    ) -> Dataset:
        """The elements in another order at each pass.

        Args:
            buffer_size: each element is drawn from the next so many, which are in memory; `None` for all.
            seed: an integer for the same orders in every run; by default it comes from `set_random_seed`.
            reshuffle_each_iteration: whether passes differ.
        """
        if buffer_size is not None:
            check_count("buffer_size", buffer_size, least=1)
        start, size = self._start, 2**62 if buffer_size is None else buffer_size
        orders = steps.Orders(rng.make_seed() if seed is None else seed, reshuffle_each_iteration is not False)
        if isinstance(start, Ordered) and start.orders is None and size >= start.rows.count:
            return self._then(Ordered(start.rows, orders), self._length, more=[orders])
        return self._then(lambda: steps.shuffled(self, size, orders.next()), self._length, more=[orders])

    def repeat(self, count: int | None = None) -> Dataset:
        """The passes one after the other: `count` of them, or without end."""
        count = None if count is None or count < 0 else count
        length = math.inf if count is None else self._length and self._length * count
        return self._then(lambda: steps.again(self._start, count), length)

    def take(self, count: int) -> Dataset:
        """The first `count` elements; all of them for -1."""
        if count < 0:
            return self
        length = None if self._length is None else min(self._length, count)
        return self._then(lambda: itertools.islice(self, count), length)

    def skip(self, count: int) -> Dataset:
        """The elements after the first `count`; none for -1."""
        known = None if self._length is None else max(self._length - count, 0)
        start = len(self) if count < 0 else count
        return self._then(lambda: itertools.islice(self, start, None), 0 if count < 0 else known)

    def flat_map(self, map_func: Callable[..., Iterable[Any]]) -> Dataset:
        """The elements of the datasets that a function makes of elements, one dataset after the other."""
        return self._then(
            lambda: (as_element(x) for item in self for x in _call(map_func, item)),
            math.inf if self._length == math.inf else None,
        )

    @staticmethod
    def of_items(items: Sequence[Any]) -> Dataset:
        """Elements that are there already."""
        return Dataset(lambda: iter(items), len(items))

    def concatenate(self, dataset: Dataset) -> Dataset:
        """These elements, then those of another dataset."""
        lengths = self._length, dataset._length
        length = None if None in lengths else sum(lengths)  # type: ignore[arg-type]
        return self._then(lambda: itertools.chain(self, dataset), length, more=dataset.orders)

    # speed

    def cache(self, filename: str = "") -> Dataset:
        """The same elements, kept in memory once a pass has reached their end; a file is not written."""
        return self._then(steps.Kept(self._start), self._length)

    def prefetch(self, buffer_size: int) -> Dataset:
        """The same elements, made ahead by a thread where that saves time.

        Args:
            buffer_size: how many may be ahead of the one in use; -1, which is `AUTOTUNE`, for 2.
        """
        ahead = AdaptivePrefetch(2 if buffer_size < 0 else buffer_size, type(self).__name__)
        return self._then(lambda: ahead.over(self._start()), self._length)

    # where elements come from

    @staticmethod
    def from_rows(rows: Rows, shuffled_by: int | None = None, class_names: list[str] | None = None) -> Dataset:
        """Elements that have numbers.

        Args:
            rows: makes them.
            shuffled_by: the seed of a new order at each pass.
            class_names: of the labels.
        """
        orders = None if shuffled_by is None else steps.Orders(shuffled_by)
        return Dataset(Ordered(rows, orders), rows.count, class_names, orders=() if orders is None else [orders])

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """The rows of arrays, in tuples and dictionaries.

        >>> data = Dataset.from_tensor_slices((np.arange(4), np.arange(4) * 10)).shuffle(4, seed=0).batch(2)
        >>> sorted(int(y) for _, batch in data for y in batch)
        [0, 10, 20, 30]
        """
        return Dataset.from_rows(Slices(tensors))

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """One element."""
        element = as_element(tensors)
        return Dataset(lambda: iter([element]), 1)

    @staticmethod
    def range(*args: int) -> Dataset:
        """The integers that Python's `range` has."""
        numbers = range(*args)
        return Dataset(lambda: (as_element(np.int64(i)) for i in numbers), len(numbers))

    @staticmethod
    def zip(*datasets: Dataset) -> Dataset:
        """Tuples of the elements of several datasets, as many as the shortest has."""
        nest = datasets[0] if len(datasets) == 1 and isinstance(datasets[0], tuple | dict) else datasets
        parts: list[Dataset] = leaves(nest)
        lengths = [part._length for part in parts]
        length = None if None in lengths else min(lengths)  # type: ignore[type-var]
        orders = [one for part in parts for one in part.orders]
        return Dataset(
            lambda: (rebuilt(nest, found) for found in zip(*parts)),
            length,
            batched=all(part.batched for part in parts),
            orders=orders,
        )

    @staticmethod
    def from_generator(
        generator: Callable[..., Iterable[Any]],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
        output_signature: Any = None,
        name: Any = None,
    ) -> Dataset:
        """What a function gives, called anew for each pass.

        Args:
            generator: a function that gives an iterable.
            output_types, output_signature: dtypes, or what has a `dtype`, in the nest of an element; those of NumPy by
                default.
            output_shapes, name: accepted for code written for TensorFlow.
            args: what the function is given.
        """
        kinds = output_types if output_signature is None else output_signature
        convert = as_element if kinds is None else functools.partial(declared, kinds=kinds)
        return Dataset(lambda: map(convert, generator(*(args or ()))))


def _call(fn: Callable[..., Any], item: Any) -> Any:
    return fn(*item) if isinstance(item, tuple) else fn(item)
