"""What `adapt` goes through, batch by batch, so that the data never has to fit into memory."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

_BATCH = 4096
_CHARACTERS = 2**20


def batches_of(
    data: Any, batch_size: int | None, steps: int | None, where: str, targets: bool = False
) -> Iterator[Any]:
    """Batches of arrays, lists, columns, files by lines, and of whatever gives batches or single strings.

    Args:
        data: what `adapt` was given; arrays of two axes or more in a list are batches.
        batch_size: of what is divided here.
        steps: of how many batches; of all by default.
        where: for messages.
        targets: whether batches may come with targets, which are left out.

    Raises:
        TypeError: for what is none of these.
        ValueError: for no data at all.
    """
    count = 0
    for batch in islice(_all(data, batch_size or _BATCH, where, targets), steps):
        count += 1
        yield batch
    if not count:
        raise ValueError(f"`adapt` of {where} needs data. Received: {type(data).__name__}, which gave none.")


def _all(data: Any, size: int, where: str, targets: bool) -> Iterator[Any]:
    if isinstance(data, str | bytes) or data is None:
        raise TypeError(
            f"`adapt` of {where} takes an array, a list, a column, an open file, a `pathlib.Path`, or an iterable of "
            f"batches. Received: {data!r:.60}; write `[text]` for one text, `pathlib.Path(name)` for a file's lines."
        )
    if isinstance(data, os.PathLike):
        return _lines_of(data, size)
    if isinstance(data, io.TextIOBase):
        return _grouped((line.rstrip("\r\n") for line in data), size)
    data = data.to_numpy() if hasattr(data, "to_numpy") else data  # pandas slices some columns by label
    if (isinstance(data, list | tuple) and not _are_batches(data)) or hasattr(data, "shape"):
        return (data[i : i + size] for i in range(0, len(data), size))
    return _from_iterable(stream_of(data, where), size, where, targets)


def _are_batches(items: Sequence[Any]) -> bool:
    """Whether what is in a list are batches, which may come with targets, and no rows."""
    first = items[0] if items else None
    first = first[0] if isinstance(first, tuple) and first else first
    return len(getattr(first, "shape", ())) > 1


def stream_of(data: Any, where: str) -> Iterator[Any]:
    """What a data set, a `PyDataset` or an iterable gives, one after the other."""
    if hasattr(data, "as_numpy_iterator"):
        return iter(data.as_numpy_iterator())
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return (data[i] for i in range(len(data)))
    if not isinstance(data, Iterable):
        raise TypeError(f"`adapt` of {where} takes data, or what gives batches. Received: {type(data).__name__}.")
    return iter(data)


def _lines_of(path: Any, size: int) -> Iterator[list[str]]:
    with open(path, encoding="utf-8", newline="\n") as file:
        yield from _grouped((line.rstrip("\r\n") for line in file), size)


def _from_iterable(items: Iterator[Any], size: int, where: str, targets: bool) -> Iterator[Any]:
    """Batches as they come; single strings and numbers together."""
    for item in items:
        if isinstance(item, str | bytes | int | float) or not (hasattr(item, "__len__") or hasattr(item, "shape")):
            yield [item, *islice(items, size - 1)]
        elif getattr(item, "shape", None) == ():
            yield [item.item(), *(other.item() for other in islice(items, size - 1))]
        else:
            yield item[0] if targets and isinstance(item, tuple) and item else _inputs_alone(item, where)


def _inputs_alone(batch: Any, where: str) -> Any:
    if isinstance(batch, tuple | dict):
        raise TypeError(
            f"`adapt` of {where} takes batches of inputs alone. Received: a {type(batch).__name__} of {len(batch)}; "
            "give the inputs: `(x for x, y in data)`."
        )
    return batch


def _grouped(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Lines together: `size` of them, or fewer if they are long."""
    group: list[str] = []
    room = _CHARACTERS
    for line in lines:
        group.append(line)
        room -= len(line)
        if len(group) == size or room <= 0:
            yield group
            group, room = [], _CHARACTERS
    if group:
        yield group
