"""The files in a folder, and their labels."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam.core.renaming.notice import warn_caller

MODES = ("int", "categorical", "binary", None)


class Found(NamedTuple):
    """Files with a label for each, or with none."""

    paths: list[str]
    labels: np.ndarray | None
    class_names: list[str] | None

    def taken(self, chosen: Any) -> Found:
        """Some of them, by a slice or a list of numbers."""
        paths = np.array(self.paths, object)[chosen].tolist()
        return Found(paths, None if self.labels is None else self.labels[chosen], self.class_names)


def find(
    directory: Any,
    labels: Any,
    label_mode: str | None,
    class_names: Sequence[str] | None,
    formats: Sequence[str],
    follow_links: bool,
) -> Found:
    """The files whose names end as in `formats`: folder by folder in the order of their paths, by name in each.

    Raises:
        ValueError: for labels that do not fit the files.
        TypeError, FileNotFoundError, NotADirectoryError: unless `directory` is a folder.
    """
    _check(labels, label_mode, class_names)
    directory = folder_of(directory)
    inferred = isinstance(labels, str)
    names = folders_in(directory, class_names) if inferred else None
    if names is None:
        paths, numbers = list(files_in(directory, formats, follow_links)), None
    else:
        each = [list(files_in(os.path.join(directory, name), formats, follow_links)) for name in names]
        for name in [name for name, files in zip(names, each) if not files and any(each)]:
            warn_of_empty(os.path.join(directory, name), formats)
        paths = [path for files in each for path in files]
        numbers = np.repeat(np.arange(len(names), dtype=np.int32), [len(files) for files in each])
    if not inferred and labels is not None and label_mode is not None:
        numbers = _given(labels, len(paths), directory, label_mode)
        names = [str(value) for value in sorted({*numbers.tolist()})]
    if label_mode == "binary" and names is not None and len(names) != 2:
        raise ValueError(f'`label_mode="binary"` needs two classes. Received: {len(names)} in `{directory}`: {names}.')
    if label_mode is None:
        return Found(paths, None, None)
    return Found(paths, numbers, names)


def _check(labels: Any, label_mode: str | None, class_names: Any) -> None:
    if label_mode not in MODES:
        raise ValueError(f"`label_mode` must be one of {', '.join(map(repr, MODES))}. Received: {label_mode!r}.")
    if labels is not None and (
        labels != "inferred" if isinstance(labels, str) else not isinstance(labels, list | tuple | np.ndarray)
    ):
        raise ValueError(
            '`labels` must be "inferred" (from the names of the folders), a list with a label for each file, or None. '
            f"Received: labels={labels!r}."
        )
    if class_names is not None and not isinstance(labels, str):
        raise ValueError(f'`class_names` needs `labels="inferred"`. Received: class_names={class_names!r}.')


def folder_of(directory: Any) -> str:
    """The path of a folder that is there."""
    if not isinstance(directory, str | os.PathLike):
        raise TypeError(f"`directory` must be the path of a folder. Received: {directory!r}.")
    path = os.fspath(directory)
    if not os.path.isdir(path):
        error = NotADirectoryError if os.path.exists(path) else FileNotFoundError
        what = "which is a file" if os.path.exists(path) else "which is not there"
        where = "" if os.path.isabs(path) else f", seen from `{os.getcwd()}`"
        raise error(f"`directory` must be the path of a folder. Received: {path!r}, {what}{where}.")
    return path


def warn_of_empty(folder: str, formats: Sequence[str]) -> None:
    """Say that a class has no files."""
    warn_caller(
        f"The folder `{folder}` is a class without files that end in {', '.join(formats)}: put some into it, "
        "remove it, or leave it out of the classes."
    )


def folders_in(directory: str, wanted: Sequence[str] | None, argument: str = "class_names") -> list[str]:
    """The names of the folders in a folder that are not hidden, or those wanted of them, by an argument."""
    with os.scandir(directory) as entries:
        there = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    missing = [name for name in wanted or () if name not in there]
    if missing:
        raise ValueError(f"`{argument}` must be folders in `{directory}`. Received: {missing}; there are {there}.")
    return there if wanted is None else list(wanted)


def files_in(directory: str, formats: Sequence[str], follow_links: bool) -> Iterator[str]:
    """The paths of the files whose names end so, folder by folder."""
    seen: set[str] = set()
    folders = []
    for root, inner, files in os.walk(directory, followlinks=follow_links):
        if follow_links and os.path.realpath(root) in seen:  # a link to what it lies in
            inner.clear()
            continue
        seen.add(os.path.realpath(root))
        folders.append((root, files))
    for root, files in sorted(folders):
        yield from (os.path.join(root, name) for name in sorted(files) if name.lower().endswith(tuple(formats)))


def _given(labels: Any, count: int, directory: str, label_mode: str) -> np.ndarray:
    """A list of labels as numbers."""
    if len(labels) != count:
        raise ValueError(f"`labels` must have one for each of {count} files in `{directory}`. Received: {len(labels)}.")
    array = np.asarray(labels)
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        raise ValueError(f"`labels` must be a list of numbers. Received: {array.dtype} of shape {array.shape}.")
    expected = {"binary": 2, "categorical": len(np.unique(array))}.get(label_mode)
    if expected is not None and not np.isin(array, np.arange(expected)).all():
        raise ValueError(
            f"`labels` must be from 0 to {expected - 1} for `label_mode={label_mode!r}`. "
            f"Received: {np.unique(array).tolist()[:10]}."
        )
    return array.astype(np.float32 if array.dtype.kind == "f" else np.int32)
