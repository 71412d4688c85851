"""A dataset of the files in a folder, or two of them: for training and for validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hornbeam.core import rng
from hornbeam.data.folders.finding import Found, find
from hornbeam.data.pipeline import Dataset, Rows, as_element, reading_threads

_SUBSETS = ("training", "validation")


class Files(Rows):
    """Each file as `read` makes of it, with its label."""

    def __init__(self, found: Found, read: Callable[[str], np.ndarray], label_mode: str | None):
        self.found, self.read, self.label_mode = found, read, label_mode
        self.count, self.threads = len(found.paths), reading_threads()

    def one(self, index: int) -> Any:
        x = self.read(self.found.paths[index])
        return as_element(x if self.found.labels is None else (x, self._label(self.found.labels[index])))

    def _label(self, label: Any) -> np.ndarray:
        if self.label_mode == "categorical":
            return (np.arange(len(self.found.class_names or ())) == label).astype(np.float32)
        return np.array([label], np.float32) if self.label_mode == "binary" else label


def from_directory(
    directory: Any,
    read: Callable[[str], np.ndarray],
    formats: Sequence[str],
    *,
    labels: Any,
    label_mode: str | None,
    class_names: Sequence[str] | None,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: str | None,
    follow_links: bool,
    verbose: bool,
    batch: Callable[[Dataset, int], Dataset] = Dataset.batch,
) -> Any:
    """What the functions `*_dataset_from_directory` have in common.

    Args:
        read: makes an array of the file at a path.
        formats: what names end in, in small letters.
        batch: puts elements together.
    """
    _check_split(validation_split, subset, shuffle, seed)
    found = find(directory, labels, label_mode, class_names, formats, follow_links)
    if verbose:
        classes = "" if found.class_names is None else f" belonging to {len(found.class_names)} classes"
        print(f"Found {len(found.paths)} files{classes}.")
    seed = rng.make_seed() if seed is None else seed
    if shuffle:
        found = found.taken(np.random.RandomState(seed).permutation(len(found.paths)))

    def dataset(part: Found, name: str | None) -> Dataset:
        if verbose and name:
            print(f"Using {len(part.paths)} files for {name}.")
        if not part.paths:
            what = f" for {name}, of {len(found.paths)}" if name else ""
            raise ValueError(f"`{directory}` must have files that end in {', '.join(formats)}. Received: none{what}.")
        data = Dataset.from_rows(Files(part, read, label_mode), seed if shuffle else None, part.class_names)
        data = data if batch_size is None else batch(data, batch_size)
        data.file_paths = part.paths
        return data

    if validation_split is None:
        return dataset(found, None)
    first = len(found.paths) - int(validation_split * len(found.paths))
    parts = dict(zip(_SUBSETS, (found.taken(slice(first)), found.taken(slice(first, None))), strict=True))
    chosen = _SUBSETS if subset == "both" else (subset,)
    datasets = [dataset(parts[name], name) for name in chosen if name]
    return datasets if subset == "both" else datasets[0]


def _check_split(split: float | None, subset: str | None, shuffle: bool, seed: int | None) -> None:
    if (split is None) != (subset is None):
        raise ValueError(
            f"`validation_split` and `subset` need each other. Received: validation_split={split!r}, subset={subset!r}."
        )
    if split is None:
        return
    if not 0 < split < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1. Received: validation_split={split!r}.")
    if subset not in (*_SUBSETS, "both"):
        raise ValueError(f'`subset` must be "training", "validation" or "both". Received: subset={subset!r}.')
    if shuffle and seed is None and subset != "both":
        raise ValueError(
            "`seed` must be given with `validation_split` and `shuffle`, so that no file is in both parts. "
            "Received: seed=None; give both calls the same integer."
        )


def check_format(format: str) -> None:
    """Raise for a `format` that Keras does not have."""
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` must be "tf" or "grain", which give the same here. Received: format={format!r}.')
