"""`tf.lookup`: tables from keys to values."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.data.pipeline.element import as_element


def _key(x: Any) -> Any:
    return x.decode("utf-8") if isinstance(x, bytes) else x


class KeyValueTensorInitializer:
    """Keys and values at the same places."""

    def __init__(self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: Any = None):
        listed = [np.asarray(x).reshape(-1).tolist() for x in (keys, values)]
        self.known = {_key(key): _key(value) for key, value in zip(*listed, strict=True)}


class TextFileIndex:
    """What stands for a part of a file's lines."""

    WHOLE_LINE, LINE_NUMBER = -2, -1


class TextFileInitializer:
    """The lines of a file, or columns of them, and their numbers."""

    def __init__(
        self, filename: Any, key_dtype: Any, key_index: int, value_dtype: Any, value_index: int, vocab_size: Any = None,
        delimiter: str = "\t", name: Any = None, **_: Any,
    ):  # fmt: skip
        with open(str(filename), encoding="utf-8") as file:
            lines = file.read().splitlines()
        pick = lambda i, line, place: line if place == -2 else i if place == -1 else line.split(delimiter)[place]  # noqa: E731
        convert = (lambda x: x) if "string" in str(value_dtype) else int if "int" in str(value_dtype) else float
        self.known = {pick(i, line, key_index): convert(pick(i, line, value_index)) for i, line in enumerate(lines)}


class StaticHashTable:
    """The values of keys, `default_value` for others.

    >>> table = StaticHashTable(KeyValueTensorInitializer(["a", "b"], [0, 1]), -1)
    >>> [int(i) for i in table.lookup(["b", "z"])]
    [1, -1]
    """

    def __init__(self, initializer: Any, default_value: Any, name: Any = None, **_: Any):
        self._known, self._default = initializer.known, _key(np.asarray(default_value).item())

    def _other(self, key: Any) -> Any:
        return self._default

    def lookup(self, keys: Any, name: Any = None) -> Any:
        """The value of each key."""
        flat = [_key(key) for key in np.asarray(keys).reshape(-1).tolist()]
        found = [self._known[key] if key in self._known else self._other(key) for key in flat]
        is_text = any(isinstance(value, str) for value in found)
        array = np.array(found, object if is_text else None).reshape(np.shape(np.asarray(keys)))
        return as_element(array) if is_text else ops.convert_to_tensor(array)

    __getitem__ = lookup

    def size(self, name: Any = None) -> int:
        return len(self._known)


class StaticVocabularyTable(StaticHashTable):
    """The values of keys; other keys have numbers behind them, which are not those that TensorFlow gives."""

    def __init__(self, initializer: Any, num_oov_buckets: int, name: Any = None, **_: Any):
        super().__init__(initializer, 0)
        self._buckets = num_oov_buckets

    def _other(self, key: Any) -> int:
        return len(self._known) + zlib.crc32(str(key).encode()) % self._buckets

    def size(self, name: Any = None) -> int:
        return len(self._known) + self._buckets
