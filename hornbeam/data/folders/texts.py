"""`text_dataset_from_directory`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.integers import check_count
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.data.folders.dataset import Source, check_format, from_directory

FORMATS = (".txt",)


def text_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str = "tf",
    verbose: bool = True,
) -> Any:
    """Texts in a folder, with labels by the names of the folders in it.

    Batches are `(texts, labels)`, texts as an array of strings, which `TextVectorization` takes.

    Args:
        directory: has a folder for each class; files may lie in folders further down. What ends in .txt counts. A file
            that is not UTF-8 is read as Latin-1, with a warning.
        labels, label_mode, class_names, shuffle, seed, validation_split, subset, follow_links, format, verbose: as for
            `image_dataset_from_directory`.
        batch_size: `None` for single texts.
        max_length: how many characters of a text are kept; all by default.

    Returns:
        A `Dataset` with the attributes `class_names` and `file_paths`.
    """
    check_format(format)
    if max_length is not None:
        check_count("max_length", max_length)
    first = threading.Lock()  # is never released: of several threads, one tells

    def read(path: str) -> np.ndarray:
        text, is_utf8 = text_of(path)
        if not is_utf8 and first.acquire(blocking=False):
            warn_caller(f"`{path}` is not UTF-8 and is read as Latin-1: save such files as UTF-8 if that is wrong.")
        return np.array(text[:max_length], object)

    source = Source("text", FORMATS, read)
    return from_directory(
        source, directory, labels, label_mode, class_names, batch_size, shuffle, seed, validation_split, subset,
        follow_links, verbose,
    )  # fmt: skip


def text_of(path: str) -> tuple[str, bool]:
    """What is written in a file, and whether it is UTF-8."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        return data.decode("latin-1"), False
