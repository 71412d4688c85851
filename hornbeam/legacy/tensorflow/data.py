"""`tf.data`: see `hornbeam.data.pipeline`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import random
from hornbeam.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from hornbeam.data.pipeline import AUTOTUNE, Dataset
from hornbeam.data.pipeline.element import as_element
from hornbeam.data.pipeline.more_steps import lines_of
from hornbeam.legacy.tensorflow.records import records_in
from hornbeam.legacy.tensorflow.session import ConfigProto as Options

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "experimental",
]


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


class experimental:
    """What has moved to `tf.data` since."""

    AUTOTUNE = AUTOTUNE
    cardinality = staticmethod(Dataset.cardinality)
    sample_from_datasets = staticmethod(sample_from_datasets)
