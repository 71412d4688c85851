"""Sequences as arrays: padded, as windows of a series, as pairs of words near each other."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.data.dataset import PyDataset

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> np.ndarray:
    """Sequences of different lengths as one array.

    Args:
        sequences: lists of numbers, or of vectors of one shape.
        maxlen: the length of all; by default that of the longest.
        dtype: of the result; the default cuts fractions off.
        padding: "pre" or "post": where a short one gets `value`s.
        truncating: "pre" or "post": where a long one loses what is too much.
        value: what to pad with.

    Returns:
        An array of shape (number of sequences, maxlen, ...).

    Raises:
        ValueError: for something else than a list of lists, or lists whose items differ in shape.

    >>> pad_sequences([[1], [2, 3, 4]], maxlen=2)
    array([[0, 1],
           [3, 4]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(f'`{name}` must be "pre" or "post". Received: {name}={side!r}.')
    if not hasattr(sequences, "__iter__"):
        raise ValueError(f"`sequences` must be a list of lists. Received: {sequences!r}.")
    lengths = [_length(sequence, i) for i, sequence in enumerate(sequences)]
    maxlen = max(lengths, default=0) if maxlen is None else maxlen
    shape = next((np.asarray(sequence).shape[1:] for sequence in sequences if len(sequence)), ())
    result = np.full((len(lengths), maxlen, *shape), value, dtype=dtype)
    for i, sequence in enumerate(sequences):
        if lengths[i] == 0 or maxlen == 0:
            continue
        part = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype=dtype)
        if part.shape[1:] != shape:
            raise ValueError(
                f"`sequences` must have items of one shape, {shape}. Received: shape {part.shape[1:]} in sequence {i}."
            )
        if padding == "post":
            result[i, : len(part)] = part
        else:
            result[i, maxlen - len(part) :] = part
    return result


def _length(sequence: Any, i: int) -> int:
    try:
        return len(sequence)
    except TypeError:
        raise ValueError(f"`sequences` must be a list of lists. Received: {sequence!r} at position {i}.") from None


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """With which probability to keep the word of each rank in `skipgrams`: frequent words tell little.

    min(1, √(t / f)), with the frequency f of rank r by Zipf's law, 1 / f = r (ln r + γ) + 1/2 - 1 / (12 r).

    Args:
        size: the number of words.
        sampling_factor: t; the frequency above which words are left out at times.

    Source: Mikolov et al., Distributed representations of words and phrases, 2013.
    """
    rank = np.maximum(np.arange(size), 1)
    inverse = rank * (np.log(rank) + 0.577) + 0.5 - 1.0 / (12.0 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * inverse))


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[Any]]:
    """Pairs (word, word near it) with label 1, and pairs (word, any word) with label 0.

    Args:
        sequence: the numbers of words; 0 is none.
        vocabulary_size: the number of words, 0 included.
        window_size: near is up to this many places away.
        negative_samples: pairs of label 0 for each of label 1.
        shuffle: whether to mix them.
        categorical: whether labels are [1, 0] and [0, 1] in the place of 0 and 1.
        sampling_table: the probability with which the word of each number is used; see `make_sampling_table`.
        seed: for the order of the pairs; words are drawn from Python's `random`.

    Returns:
        The pairs, and their labels.

    >>> skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])
    """
    no, yes = ([1, 0], [0, 1]) if categorical else (0, 1)
    pairs = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        near = range(max(0, i - window_size), min(len(sequence), i + window_size + 1))
        pairs += [[word, sequence[j]] for j in near if j != i and sequence[j]]
    labels: list[Any] = [yes] * len(pairs)
    words = [word for word, _ in pairs]
    if negative_samples > 0:
        random.shuffle(words)
    count = int(len(pairs) * negative_samples)
    pairs += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(count)]
    labels += [no] * count
    if shuffle:
        seed = random.randint(0, 10_000_000) if seed is None else seed
        random.Random(seed).shuffle(pairs)
        random.Random(seed).shuffle(labels)
    return pairs, labels


class TimeseriesGenerator(PyDataset):
    """Batches of windows of a series, each with the target that follows it.

    A window ends before row i and has rows i - length, i - length + sampling_rate, ...; its target is targets[i].

    Args:
        data: an array or list, time first.
        targets: as many.
        length: of a window, in rows of `data`.
        sampling_rate: the distance of a window's rows.
        stride: the distance of windows.
        start_index, end_index: the rows of `data` to use, both included; by default all.
        shuffle: whether windows are drawn at random.
        reverse: whether a window's rows come latest first.
        batch_size: windows in a batch.

    Raises:
        ValueError: when `targets` has another length, or no window fits.

    >>> batches = TimeseriesGenerator([[0], [1], [2], [3]], [0, 1, 2, 3], length=2, batch_size=8)
    >>> x, y = batches[0]
    >>> x.tolist(), y.tolist()
    ([[[0], [1]], [[1], [2]]], [2, 3])
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(f"`targets` must be as many as `data`. Received: {len(targets)} for {len(data)} rows.")
        self.data, self.targets = data, targets
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"A window of length={length} needs more rows than `data` has from start_index={start_index} to "
                f"end_index={self.end_index}."
            )

    def __len__(self) -> int:
        return -(-(self.end_index - self.start_index + 1) // (self.batch_size * self.stride))

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            rows = np.arange(first, min(first + self.batch_size * self.stride, self.end_index + 1), self.stride)
        windows = np.asarray([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.asarray([self.targets[row] for row in rows])
        return (windows[:, ::-1] if self.reverse else windows), targets

    def get_config(self) -> dict[str, Any]:
        """The arguments; data and targets as JSON texts, the first row as where windows begin to end."""
        names = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle", "reverse", "batch_size")
        texts = {name: json.dumps(np.asarray(getattr(self, name)).tolist()) for name in ("data", "targets")}
        return texts | {name: getattr(self, name) for name in names}

    def to_json(self, **kwargs: Any) -> str:
        """`get_config` as a JSON text; `kwargs` are `json.dumps`'s."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)
