"""`inspect`: what a file of a model holds, to be read by people and by programs."""

from __future__ import annotations

import html
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from hornbeam.core.renaming.configs import config_of_today
from hornbeam.saving import files, members
from hornbeam.saving.inspecting.architecture import Row, rows
from hornbeam.saving.inspecting.parts import Parts, opened_parts
from hornbeam.saving.inspecting.refusals import refusals
from hornbeam.saving.inspecting.stored_arrays import StoredArray, stored_arrays

_SHOWN = 60  # arrays in the text
_LONGEST = 160  # characters in a cell
_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass
class Contents:
    """What a file holds. It prints as a report; nothing was made of the file.

    Attributes:
        path: the file.
        size: its bytes.
        kind: what it is.
        keras_version: of the Keras that wrote it, "" if it does not say.
        date_saved: when, "" if it does not say.
        config: that of the model, as it is in the file; `None` in files of weights.
        compiled: what it was compiled with, if that is there.
        architecture: a row for each layer.
        weights: the arrays of the model.
        optimizer: the arrays of its optimizer.
        assets: names and sizes of other files in it.
        refused: what `load_model` refuses, and what is to be done; empty for a file that can be read as it is.
    """

    path: str
    size: int
    kind: str
    keras_version: str = ""
    date_saved: str = ""
    config: Any = None
    compiled: Any = None
    architecture: list[Row] = field(default_factory=list)
    weights: list[StoredArray] = field(default_factory=list)
    optimizer: list[StoredArray] = field(default_factory=list)
    assets: list[tuple[str, int]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [*self._head(), "", *self._layers(), *self._arrays(), *self._rest()]
        return "\n".join(_printable(line.rstrip()) for line in lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def _head(self) -> list[str]:
        by = f"saved by Keras {self.keras_version}" if self.keras_version else "it does not say by which Keras"
        return [
            f"{self.path}: {self.kind}, {_bytes(self.size)}",
            by + (f", {self.date_saved}" if self.date_saved else ""),
            *([f"{_class(self.config)} `{_name(self.config)}`, {_compiled(self.compiled)}"] if self.config else []),
        ]

    def _layers(self) -> list[str]:
        if not self.architecture:
            return []
        head = ("layer", "class", "settings", "inputs", "weights")
        counts = self.parameters()
        cells = [
            ("  " * row.depth + row.name, row.kind, row.settings, row.inputs, f"{count:,}")
            for row, count in zip(self.architecture, counts, strict=True)
        ]
        columns = len(head) - (not self.weights)
        return [*_table([[_cut(text) for text in row[:columns]] for row in (head, *cells)]), ""]

    def parameters(self) -> list[int]:
        """How many numbers the file has for each layer of `architecture`."""
        counts: Counter[str] = Counter()
        for array in self.weights:
            parts = array.name.removeprefix("model_weights/").split("/")
            for place in accumulate(parts[:-1], "{}/{}".format):
                counts[place] += array.size
        return [counts[row.path] or counts[row.name] for row in self.architecture]

    def _arrays(self) -> list[str]:
        lines = []
        for what, arrays in (("weights", self.weights), ("optimizer", self.optimizer)):
            if arrays:
                lines += [_total(what, arrays), *(_line(array) for array in arrays[:_SHOWN])]
                lines += [f"  ... and {len(arrays) - _SHOWN} more"] if len(arrays) > _SHOWN else []
        return lines

    def _rest(self) -> list[str]:
        lines = ["assets:"] if self.assets else []
        lines += [f"  {name}, {_bytes(size)}" for name, size in self.assets[:_SHOWN]]
        return lines + (["refused:", *(f"  {text}" for text in self.refused)] if self.refused else ["refused: nothing"])


def inspect(filepath: Any) -> Contents:
    """What a file holds, without making a model of it: nothing in it is run, built or believed.

    Args:
        filepath: a `.keras` file or folder, an `.h5` file of any Keras, weights of any form, or a JSON file.

    Returns:
        It prints as a report: what it is, who wrote it, the layers, the arrays, and what is refused and why.

    Raises:
        ValueError: when it is none of these, or is damaged.
        OSError: when there is no such file.

    >>> import hornbeam, os, tempfile
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1, name="out")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.keras")
    ...     model.save(path)
    ...     contents = hornbeam.saving.inspect(path)
    >>> contents.refused, [array.shape for array in contents.weights]
    ([], [(2, 1), (1,)])
    """
    path = files.check_source(filepath, members.CONFIG)
    with opened_parts(path) as parts:
        try:
            return _contents(path, parts)
        except RecursionError as error:
            raise ValueError(f"The config in `{path}` is nested too deeply.") from error


def _contents(path: str, parts: Parts) -> Contents:
    today = parts.read(lambda: config_of_today(parts.config, parts.generation)) if parts.config else None
    arrays = [array for file in parts.weights for array in stored_arrays(file, parts.problems)]
    arrays += [StoredArray(t.name, t.shape, t.dtype.name, t.nbytes, t.nbytes) for t in parts.tensors]
    kept = [array for array in arrays if not array.name.startswith(("hornbeam_seeds/", "hornbeam_run/"))]
    state = [array for array in kept if array.name.split("/")[0] in ("optimizer", "optimizer_weights")]
    return Contents(
        path=path,
        size=_size(path),
        kind=parts.kind,
        keras_version=parts.version,
        date_saved=parts.saved,
        config=parts.config,
        compiled=parts.training,
        architecture=rows(today),
        weights=[array for array in kept if array not in state],
        optimizer=state,
        assets=parts.assets,
        refused=[*parts.problems, *refusals(today)],
    )


def _size(path: str) -> int:
    """The bytes of a file, or of all in a folder."""
    if not os.path.isdir(path):
        return os.path.getsize(path)
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(path) for name in names)


def _class(config: Any) -> str:
    return str(config.get("class_name")) if isinstance(config, dict) else "?"


def _name(config: Any) -> str:
    inner = config.get("config") if isinstance(config, dict) else None
    return str(inner.get("name")) if isinstance(inner, dict) else "?"


def _compiled(compiled: Any) -> str:
    if not isinstance(compiled, dict) or not compiled:
        return "not compiled"
    optimizer = compiled.get("optimizer_config") or compiled.get("optimizer")
    return f"compiled with {_short(optimizer)}, loss {_short(compiled.get('loss'))}"


def _short(value: Any) -> str:
    return str(value.get("class_name", value)) if isinstance(value, dict) else str(value)


def _bytes(size: float) -> str:
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {_UNITS[unit]}" if unit else f"{size} B"


def _total(what: str, arrays: Sequence[StoredArray]) -> str:
    numbers = sum(array.size for array in arrays)
    dtypes = ", ".join(sorted({array.dtype for array in arrays}))
    return f"{what}: {numbers:,} numbers in {len(arrays)} arrays, {_bytes(sum(a.nbytes for a in arrays))} ({dtypes})"


def _line(array: StoredArray) -> str:
    return f"  {array.name}  {array.shape}  {array.dtype}  {_bytes(array.nbytes)}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _printable(line: str) -> str:
    """A line without what would move the cursor or change the colours of a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
