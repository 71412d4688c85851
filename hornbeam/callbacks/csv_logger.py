"""`CSVLogger`: the numbers of every epoch in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from hornbeam.callbacks.base import Callback, Logs


class CSVLogger(Callback):
    """Writes a line for each epoch: its number, from 0, and its numbers in the order of their names.

    The columns are those of the first epoch, and those of a validation that comes later; what an epoch lacks is "NA".

    Args:
        filename: of the file.
        separator: between the columns.
        append: whether to go on in a file that exists, without a second line of names.
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False):
        self.filename = os.fspath(filename)
        self.separator = separator
        self.append = append
        self.keys: list[str] | None = None
        self._begun = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        exists = self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0
        self.keys, self._begun = None, exists
        open(self.filename, "a").close()  # an impossible name is told before the first epoch

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = logs or {}
        if self.keys is None:
            self.keys = self._columns(logs)
        with open(self.filename, "a" if self._begun else "w", newline="") as file:
            writer = csv.DictWriter(file, ["epoch", *self.keys], delimiter=self.separator)
            if not self._begun:
                writer.writeheader()
                self._begun = True
            writer.writerow({"epoch": epoch} | {key: _text(logs.get(key, "NA")) for key in self.keys})

    def state_dict(self) -> Logs:
        """The columns, and how long the file is: what is written after it was kept will be written again."""
        size = os.path.getsize(self.filename) if self._begun else 0
        return {"keys": self.keys, "size": size}

    def load_state_dict(self, state: Logs) -> None:
        self.keys = state["keys"]
        self._begun = 0 < state["size"] <= os.path.getsize(self.filename)
        if self._begun:
            os.truncate(self.filename, state["size"])

    def _columns(self, logs: Logs) -> list[str]:
        names = sorted(logs)
        validates = (self.params or {}).get("do_validation")
        if validates is False or any(name.startswith("val_") for name in names):
            return names
        return names + [f"val_{name}" for name in names] if validates else names


def _text(value: Any) -> Any:
    if isinstance(value, str) or np.ndim(value) == 0 or not isinstance(value, Iterable):
        return value
    return f"[{', '.join(map(str, value))}]"
