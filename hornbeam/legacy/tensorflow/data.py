"""`tf.data`: see `hornbeam.data.pipeline`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import random
from hornbeam.core.renaming.members import install_members
from hornbeam.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from hornbeam.data.pipeline import AUTOTUNE, Dataset
from hornbeam.data.pipeline.element import as_element
from hornbeam.data.pipeline.more_steps import lines_of
from hornbeam.legacy.tensorflow import tables
from hornbeam.legacy.tensorflow.iterators import make_initializable_iterator, make_one_shot_iterator
from hornbeam.legacy.tensorflow.records import records_in
from hornbeam.legacy.tensorflow.session import ConfigProto as Options

__all__ = [
    "AUTOTUNE",
    "AutoShardPolicy",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "experimental",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]

install_members(Dataset, "tensorflow.data")


def TextLineDataset(filenames: Any, *_: Any, **__: Any) -> Dataset:
    """The lines of text files."""
    return Dataset(lambda: map(as_element, lines_of(filenames)))


def TFRecordDataset(filenames: Any, compression_type: Any = None, *_: Any, **__: Any) -> Dataset:
    """The records of files, for `tf.io.parse_single_example`."""
    if compression_type:
        raise ValueError(
            f"`TFRecordDataset` reads files without compression. Received: compression_type={compression_type!r}."
        )
    names = np.asarray(filenames, object).reshape(-1)
    paths = [name.decode() if isinstance(name, bytes) else str(name) for name in names]
    return Dataset(lambda: (as_element(np.array(one, object)) for path in paths for one in records_in(path)))


def sample_from_datasets(datasets: Sequence[Dataset], weights: Any = None, seed: Any = None, **_: Any) -> Dataset:
    """Elements of several datasets, each from one by chance, until one of them ends."""
    chances = np.full(len(datasets), 1 / len(datasets)) if weights is None else np.asarray(weights, "float64")

    def start() -> Any:
        sources, limits = [iter(one) for one in datasets], np.cumsum(chances)
        while True:
            place = int(np.searchsorted(limits, float(random.uniform((), seed=seed)) * limits[-1]))
            try:
                yield next(sources[min(place, len(sources) - 1)])
            except StopIteration:
                return

    return Dataset(start)


def choose_from_datasets(
    datasets: Sequence[Dataset], choice_dataset: Any, stop_on_empty_dataset: bool = True
) -> Dataset:
    """Elements of several datasets, each from the one whose number comes next, until that one ends."""

    def start() -> Any:
        sources = [iter(one) for one in datasets]
        for choice in choice_dataset:
            try:
                yield next(sources[int(choice)])
            except StopIteration:
                return

    return Dataset(start)


class AutoShardPolicy:
    """How files would be spread over machines."""

    OFF, AUTO, FILE, DATA, HINT = -1, 0, 1, 2, 3


def _step(name: str) -> Any:
    """What was a function for `Dataset.apply`, and is a method of datasets today."""
    return lambda *args, **kwargs: lambda dataset: getattr(dataset, name)(*args, **kwargs)


class experimental:
    """What has moved to `tf.data` and its datasets since."""

    AUTOTUNE, AutoShardPolicy = AUTOTUNE, AutoShardPolicy
    INFINITE_CARDINALITY, UNKNOWN_CARDINALITY = INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
    CsvDataset, make_csv_dataset = staticmethod(tables.CsvDataset), staticmethod(tables.make_csv_dataset)
    cardinality = staticmethod(Dataset.cardinality)
    sample_from_datasets = staticmethod(sample_from_datasets)
    choose_from_datasets = staticmethod(choose_from_datasets)
    bucket_by_sequence_length = staticmethod(_step("bucket_by_sequence_length"))
    group_by_window = staticmethod(_step("group_by_window"))
    ignore_errors = staticmethod(_step("ignore_errors"))
    scan, take_while, unique = map(staticmethod, map(_step, ("scan", "take_while", "unique")))
    parallel_interleave = staticmethod(_step("interleave"))

    @staticmethod
    def shuffle_and_repeat(buffer_size: int, count: int | None = None, seed: int | None = None) -> Any:
        """Shuffled passes one after the other."""
        return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)

    @staticmethod
    def map_and_batch(
        map_func: Any, batch_size: int, num_parallel_batches: Any = None, drop_remainder: bool = False, **_: Any
    ) -> Any:
        """What a function makes of each element, in batches."""
        return lambda dataset: dataset.map(map_func).batch(batch_size, drop_remainder)

    @staticmethod
    def prefetch_to_device(device: Any, buffer_size: int | None = None) -> Any:
        """The elements, made ahead."""
        return lambda dataset: dataset.prefetch(buffer_size or AUTOTUNE)

    @staticmethod
    def assert_cardinality(expected_cardinality: Any) -> Any:
        """The elements, whose number is known."""
        return lambda dataset: dataset._then(lambda: iter(dataset), int(expected_cardinality))

    @staticmethod
    def get_single_element(dataset: Dataset) -> Any:
        """The only element."""
        (element,) = dataset
        return element

    @staticmethod
    def Counter(start: int = 0, step: int = 1, dtype: Any = "int64") -> Dataset:
        """Numbers without end."""
        return Dataset(lambda: map(as_element, itertools.count(start, step)), math.inf)
