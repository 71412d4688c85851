"""Methods that datasets had in TensorFlow 1."""

from __future__ import annotations

from typing import Any

from hornbeam.legacy.tensorflow import iterators


class Dataset:
    """Members of `tf.data.Dataset`."""

    def make_one_shot_iterator(self: Any) -> iterators.GraphIterator:
        """An iterator of one pass."""
        return iterators.make_one_shot_iterator(self)

    def make_initializable_iterator(self: Any, shared_name: str | None = None) -> iterators.GraphIterator:
        """An iterator whose passes begin when its `initializer` runs."""
        return iterators.make_initializable_iterator(self)
