"""`Backups`: the folder that the states of a run are kept in, the newest first in a list."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hornbeam.core.integers import is_integer
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.saving import run_state, unfinished
from hornbeam.saving.replacing import replacing

LIST = "training_metadata.json"
_ENDING = ".weights.h5"
_OF_KERAS = "latest.weights.h5"


class Backups:
    """States in a folder: each a file of weights that holds the rest as well, and a checksum of it in the list.

    A folder that Keras's `BackupAndRestore` has written holds one, the weights and the number of the epoch.
    """

    def __init__(self, folder: str):
        self.folder = folder

    def add(self, model: Any, state: dict[str, Any], before: int) -> None:
        """Write a state; all former ones but the last `before` are removed, once it is complete."""
        os.makedirs(self.folder, exist_ok=True)
        former = self._list()
        name = self._new_name(int(model.optimizer.iterations), {one["weights"] for one in former})
        run_state.write(model, self._path(name), state)
        self._sync(name)
        entry = {"epoch": state["epoch"], "batch": state["batch"], "weights": name, "digest": self._digest(name)}
        kept = [{**entry, "is_over": True} if state["is_over"] else entry, *former[:before]]
        with replacing(self._path(LIST)) as file:
            file.write(json.dumps(kept).encode())
        self._clean({one["weights"] for one in kept})

    def load(
        self, model: Any, differences: Callable[[dict[str, Any]], list[str]], is_over: bool = False
    ) -> tuple[int, int, dict[str, Any] | None] | None:
        """Load the weights of the newest state that can be read.

        Args:
            model: built.
            differences: says in words how a state's run differs from this one.
            is_over: whether it may be the state at the end of a run, which nothing follows.

        Returns:
            The epoch, the batch, and the rest of the state if there is one; `None` in an empty folder.

        Raises:
            ValueError: where all states are damaged, or belong to another model or other data.
        """
        entries = [one for one in self._list() if is_over or not one.get("is_over")]
        for number, entry in enumerate(entries):
            try:
                state = self._read(entry)
            except (OSError, ValueError) as error:
                if number + 1 == len(entries):
                    raise ValueError(
                        f"The last state in `{self.folder}` is damaged ({error}): remove the folder to begin anew."
                    ) from error
                warn_caller(
                    f"A state in `{self.folder}` is damaged ({error}): the run goes on from the one before, at epoch "
                    f"{entries[number + 1]['epoch'] + 1}."
                )
                continue
            self._check(differences(state) if state is not None else [])
            model.load_weights(self._path(entry["weights"]))
            return (entry["epoch"], 0, None) if state is None else (state["epoch"], state["batch"], state)
        return None

    def over(self) -> dict[str, Any] | None:
        """The state at the end of a run, if the folder has one that can be read."""
        entry = next((one for one in self._list() if one.get("is_over")), None)
        if entry is None:
            return None
        with suppress(OSError, ValueError):
            return self._read(entry)
        return None

    def _check(self, found: list[str]) -> None:
        if found:
            raise ValueError(
                f"A run that goes on must have the model and the data of the one in `{self.folder}`. "
                f"Received: {'; '.join(found)}. Change it back, or give another folder to begin anew."
            )

    def _read(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        path = self._path(entry["weights"])
        if "digest" in entry and self._digest(entry["weights"]) != entry["digest"]:
            raise ValueError(f"`{path}` is not as it was written")
        return run_state.read(path)

    def _digest(self, name: str) -> str:
        with open(self._path(name), "rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()[:32]

    def _new_name(self, iterations: int, taken: set[str]) -> str:
        """A file that the list names stays as it is until the new list is there."""
        names = (f"{iterations}{tail}{_ENDING}" for tail in ("", "_1", "_2", "_3"))
        return next(name for name in names if name not in taken)

    def _sync(self, name: str) -> None:
        """Have a new file on the disk before an old one is removed."""
        with open(self._path(name), "rb") as file:
            os.fsync(file.fileno())

    def _clean(self, used: set[str]) -> None:
        """Remove former states, and what a killed process was writing."""
        for name in os.listdir(self.folder):
            if name.endswith(_ENDING) and not name.startswith(".") and name not in used:
                with suppress(OSError):
                    os.remove(self._path(name))
        unfinished.clear(self._path(LIST), rf".*{re.escape(_ENDING)}")

    def _list(self) -> list[dict[str, Any]]:
        path = self._path(LIST)
        if not os.path.exists(path):
            return []
        with open(path, errors="replace") as file:
            text = file.read()
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        entries = [{**found, "weights": _OF_KERAS}] if isinstance(found, dict) else found
        if not isinstance(entries, list) or not all(map(_is_entry, entries)):
            raise ValueError(
                f"`{path}` must be what `BackupAndRestore` has written: remove the folder to begin anew. "
                f"Received: {text[:50]!r}."
            )
        return entries

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, os.path.basename(name))


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and is_integer(entry.get("epoch"), 0) and isinstance(entry.get("weights"), str)
