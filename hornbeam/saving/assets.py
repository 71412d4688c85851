"""What a layer keeps beside its weights, as files in an archive: `assets/<path of the layer>/<file>`.

A layer that has `save_assets(folder)` and `load_assets(folder)` keeps files of its own, such as a vocabulary.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import IO, Any

from hornbeam.core.misfits import checking
from hornbeam.saving.members import ASSETS, Members, Target
from hornbeam.saving.paths import saved_objects


def write_assets(target: Target, model: Any) -> None:
    """Add the files of every layer that has some."""
    for path, obj in saved_objects(model).items():
        if not hasattr(type(obj), "save_assets"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            type(obj).save_assets(obj, folder)
            for name in sorted(os.listdir(folder)):
                target.place(f"{ASSETS}{path}/{name}", os.path.join(folder, name))


def read_assets(members: Members, model: Any, copy: Callable[[str, IO[bytes]], Any]) -> None:
    """Give every layer that asks for them its files; others in the archive are not unpacked.

    Args:
        members: open for reading, their names checked.
        model: the model.
        copy: `(member, target)`, unpacks a member as far as that is safe.
    """
    for path, obj in saved_objects(model, as_read=True).items():
        if not hasattr(type(obj), "load_assets"):
            continue
        prefix = f"{ASSETS}{path}/"
        with tempfile.TemporaryDirectory() as folder:
            for member in members.names():
                name = member.removeprefix(prefix)
                if member.startswith(prefix) and name and "/" not in name:
                    with open(os.path.join(folder, name), "xb") as target:
                        copy(member, target)
            with checking(f"layer `{obj.name}`, which keeps files,"):
                type(obj).load_assets(obj, folder)
