"""`Iterator`: the base of what gives batches of images, by number and one after the other."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator as Generator
from typing import Any

import numpy as np

from hornbeam.core.integers import check_count
from hornbeam.data.dataset import PyDataset


class Iterator(PyDataset):
    """Batches of samples, by number for `fit`, or by `next` without end.

    Subclasses define `_get_batches_of_transformed_samples(index_array)`, which gives the batch of these samples.

    Args:
        n: the number of samples.
        batch_size: of each batch but the last one.
        shuffle: whether samples are in a new order in each pass.
        seed: an integer, with which NumPy's global generator is seeded before each batch.
        kwargs: of `PyDataset`.
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None, **kwargs: Any):
        super().__init__(**kwargs)
        check_count("batch_size", batch_size, least=1)
        self.n, self.batch_size, self.seed, self.shuffle = n, batch_size, seed, shuffle
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: np.ndarray | None = None
        self.lock = threading.Lock()
        self.index_generator = _flow(self)

    def __getstate__(self) -> dict[str, Any]:  # for processes that make batches
        return {name: value for name, value in vars(self).items() if name not in ("lock", "index_generator")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, lock=threading.Lock())
        self.index_generator = _flow(self)

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, idx: int) -> Any:
        if not -len(self) <= idx < len(self):
            raise ValueError(f"`idx` must be the number of one of {len(self)} batches, from 0 on. Received: idx={idx}.")
        self._seed()
        self.total_batches_seen += 1
        if self.index_array is None:
            self._set_index_array()
        return self._get_batches_of_transformed_samples(self._numbers(idx % len(self)))

    def __iter__(self) -> Generator[Any]:
        return self

    def __next__(self) -> Any:
        with self.lock:
            numbers = next(self.index_generator)
        return self._get_batches_of_transformed_samples(numbers)

    def next(self) -> Any:
        """The next batch; after the last one, the first of a new pass."""
        return next(self)

    def reset(self) -> None:
        """Let `next` give the first batch of a new pass."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Shuffle again."""
        self._set_index_array()

    def state_dict(self) -> dict[str, Any]:
        """The order, and how many batches were made, for a run that goes on in another process."""
        return {name: vars(self)[name] for name in ("batch_index", "total_batches_seen", "index_array")}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        vars(self).update(state)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        raise NotImplementedError(
            f"`{type(self).__name__}` must define `_get_batches_of_transformed_samples`, which gives the batch of the "
            "samples with the numbers in `index_array`."
        )

    def _seed(self) -> None:
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)

    def _set_index_array(self) -> None:
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _numbers(self, batch: int) -> np.ndarray:
        assert self.index_array is not None
        return self.index_array[batch * self.batch_size : (batch + 1) * self.batch_size]

    def _flow_index(self) -> Generator[np.ndarray]:
        self.reset()
        while True:
            self._seed()
            if self.batch_index == 0:
                self._set_index_array()
            now = self.batch_index
            self.batch_index = (now + 1) % max(len(self), 1)
            self.total_batches_seen += 1
            yield self._numbers(now)


def _flow(iterator: Iterator) -> Generator[np.ndarray]:
    """The numbers of batch after batch; without holding the iterator, so that its memory is free when it goes."""
    return type(iterator)._flow_index(weakref.proxy(iterator))
