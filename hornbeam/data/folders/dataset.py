"""A dataset of the files in a folder, or two of them: for training and for validation."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam.core import rng
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.data import lent
from hornbeam.data.folders.finding import Found, find
from hornbeam.data.folders.kept import Kept
from hornbeam.data.pipeline import Dataset, Rows, as_element, reading_threads
from hornbeam.data.prefetch import Prefetcher

_SUBSETS = ("training", "validation")


class Source(NamedTuple):
    """What a kind of files becomes.

    Attributes:
        kind: what a file is, for messages.
        formats: what names end in, in small letters.
        read: makes an array of the file at a path; a `ValueError` names a file that is damaged.
        keeps: whether arrays are kept for the next pass. Then `read` takes, besides a path, the place to write to.
        element: the shape and dtype that all arrays have; `None` if they differ.
        batch: puts elements together.
    """

    kind: str
    formats: Sequence[str]
    read: Callable[..., np.ndarray]
    keeps: bool = False
    element: tuple[tuple[int, ...], Any] | None = None
    batch: Callable[[Dataset, int], Dataset] = Dataset.batch


class Files(Rows):
    """Each file as it is read, with its label."""

    def __init__(self, found: Found, source: Source, label_mode: str | None):
        self.found, self.source, self.label_mode = found, source, label_mode
        self.read = Kept(source.read) if source.keeps else source.read
        self.count, self.threads, self.gathers = len(found.paths), reading_threads(), source.element is not None

    def one(self, index: int) -> Any:
        x = self.read(self.found.paths[index])
        return self._with_labels(x.copy() if self.source.keeps else x, index)

    def begun(self, indices: np.ndarray) -> Any:
        shape, dtype = self.source.element or ((), None)
        return self._with_labels(lent.empty((len(indices), *shape), dtype), indices)

    def fill(self, batch: Any, place: slice, indices: np.ndarray) -> None:
        rows = np.asarray(batch if self.found.labels is None else batch[0])[place]
        paths = [self.found.paths[index] for index in indices]
        if isinstance(self.read, Kept):
            self.read.fill(paths, rows)
            return
        for i, path in enumerate(paths):
            rows[i] = self.read(path)

    def _with_labels(self, x: np.ndarray, index: Any) -> Any:
        if self.found.labels is None:
            return as_element(x)
        labels = self.found.labels[index]
        if self.label_mode == "categorical":
            labels = (np.arange(len(self.found.class_names or ())) == labels[..., None]).astype(np.float32)
        return as_element((x, labels[..., None].astype(np.float32) if self.label_mode == "binary" else labels))

    def without_broken(self) -> Found:
        """The files that can be read; a warning names the others."""

        def fails(index: int) -> bool:
            try:
                self.read(self.found.paths[index])
            except ValueError:
                return True
            return False

        with Prefetcher(fails, workers=self.threads, depth=4 * self.threads, count=self.count) as failing:
            broken = np.fromiter(failing, bool, self.count)
        warn_of_broken(self.source.kind, np.array(self.found.paths, object)[broken])
        return self.found.taken(np.flatnonzero(~broken))


def warn_of_broken(kind: str, paths: Sequence[str]) -> None:
    """Say which files are left out."""
    if len(paths):
        shown = ", ".join(f"`{path}`" for path in paths[:10]) + (" ..." if len(paths) > 10 else "")
        warn_caller(f"{len(paths)} files cannot be read as {kind}s and are left out: {shown}.")


def from_directory(
    source: Source,
    directory: Any,
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
    skip_broken: bool = False,
) -> Any:
    """What the functions `*_dataset_from_directory` have in common."""
    validation_split = validation_split or None  # 0 is none
    _check_split(validation_split, subset, shuffle, seed)
    found = find(directory, labels, label_mode, class_names, source.formats, follow_links)
    found = Files(found, source, label_mode).without_broken() if skip_broken else found
    if verbose:
        classes = "" if found.class_names is None else f" belonging to {len(found.class_names)} classes"
        print(f"Found {len(found.paths)} files{classes}.")
    if not found.paths:
        raise ValueError(_no_files(directory, source))
    seed = rng.make_seed() if seed is None else seed
    if shuffle:
        found = found.taken(np.random.RandomState(seed).permutation(len(found.paths)))

    def dataset(part: Found, name: str | None) -> Dataset:
        if verbose and name:
            print(f"Using {len(part.paths)} files for {name}.")
        if not part.paths:
            raise ValueError(
                f"`validation_split` must leave files for both parts. Received: none for {name}, of "
                f"{len(found.paths)} in `{directory}`, with validation_split={validation_split}."
            )
        data = Dataset.from_rows(Files(part, source, label_mode), seed if shuffle else None, part.class_names)
        data = data if batch_size is None else source.batch(data, batch_size)
        data.file_paths = part.paths
        return data

    if validation_split is None:
        return dataset(found, None)
    first = len(found.paths) - int(validation_split * len(found.paths))
    parts = dict(zip(_SUBSETS, (found.taken(slice(first)), found.taken(slice(first, None))), strict=True))
    if subset == "both":
        return [dataset(parts[name], name) for name in _SUBSETS]
    return dataset(parts[str(subset)], subset)


def _no_files(directory: Any, source: Source) -> str:
    message = f"`{directory}` must have files that end in {', '.join(source.formats)}. Received: none"
    loose = sum(name.lower().endswith(tuple(source.formats)) for name in os.listdir(directory))
    return message + (f" in its folders, and {loose} beside them; `labels=None` takes those." if loose else ".")


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
