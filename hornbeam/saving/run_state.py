"""What a run needs to go on, beside its weights: plain data in a group of weights files that Keras does not look at."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from hornbeam.core.plain import pack, unpack
from hornbeam.saving import files, hdf5
from hornbeam.saving.replacing import replacing
from hornbeam.saving.weights import write_weights

GROUP = "hornbeam_run"


def write(model: Any, path: str, state: dict[str, Any]) -> None:
    """Write the weights of a model and its optimizer, and the state of its run, to one file, whole or not at all."""
    arrays: list[np.ndarray] = []
    text = json.dumps(pack(state, arrays))
    with replacing(path) as file, hdf5.writing(file) as root:
        write_weights(root, model)
        group = root.create_group(GROUP)
        hdf5.write(group, "json", np.frombuffer(text.encode(), "uint8"))
        for number, array in enumerate(arrays):
            hdf5.write(group, str(number), array)


def read(path: str) -> dict[str, Any] | None:
    """The state in a file; `None` where it holds weights alone.

    Raises:
        ValueError: for a file that is damaged.
    """
    with hdf5.reading(path, path) as root:
        group = hdf5.find(root, GROUP)
        if group is None:
            return None
        try:
            packed = files.parsed(_array(group, "json").tobytes(), f"The state of the run in `{path}`")
            return unpack(packed, [_array(group, str(number)) for number in range(len(group) - 1)])
        except hdf5.DAMAGE as error:
            raise ValueError(f"The state of the run in `{path}` is damaged ({error}).") from error


def _array(group: Any, name: str) -> np.ndarray:
    dataset = hdf5.find(group, name)
    if not hasattr(dataset, "shape"):
        raise ValueError(f"array {name} is missing")
    hdf5.dtype_of(dataset)
    return hdf5.read(dataset)
