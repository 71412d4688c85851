"""In which form a file is written: its name says so; any other name is one that Keras 2 and tf.keras took."""

from __future__ import annotations

import os
from typing import Any

from hornbeam.core.renaming.notice import say
from hornbeam.saving.forms import ARCHIVE, FOLDER, HDF5, HDF5_SUFFIXES, SHARDS_SUFFIX, TENSORS_SUFFIX, WEIGHTS_SUFFIX

_FORMS = {"keras": ARCHIVE, "h5": HDF5, "hdf5": HDF5, "tf": FOLDER}  # by tf.keras's `save_format`
_OF_WEIGHTS = (WEIGHTS_SUFFIX, SHARDS_SUFFIX, TENSORS_SUFFIX)


def form_of_model(path: str, zipped: bool | None, save_format: str | None = None) -> str:
    """ARCHIVE, FOLDER or HDF5, for a whole model.

    Raises:
        ValueError: for the name of a file of weights, and for another `save_format`.
    """
    if path.endswith(WEIGHTS_SUFFIX):
        raise ValueError(
            f"A whole model goes into a `.keras` file; `model.save_weights` writes `.weights.h5`. Received: {path!r}."
        )
    if save_format is not None:
        return _asked_for("save", save_format)
    if path.endswith(HDF5_SUFFIXES):
        return HDF5
    if zipped is False:
        return FOLDER
    return ARCHIVE if path.endswith(".keras") else _old_form(path)


def are_by_layers(path: str, save_format: str | None = None) -> bool:
    """Whether weights alone go into groups by layer, as Keras 2 wrote them; else as `.weights.h5` has them.

    Raises:
        ValueError: for another `save_format`.
    """
    if save_format is not None:
        return _asked_for("save_weights", save_format) == HDF5
    if path.endswith(_OF_WEIGHTS):
        return False
    by_layers = path.endswith(HDF5_SUFFIXES)
    _say_ending("save_weights", path, "writes Keras 2's layout" if by_layers else "writes HDF5", WEIGHTS_SUFFIX)
    return by_layers


def is_of_tensorflow(path: str) -> bool:
    """Whether weights under this name were a checkpoint of TensorFlow's, which makes the folders that it lies in."""
    return not path.endswith((*_OF_WEIGHTS, *HDF5_SUFFIXES))


def _old_form(path: str) -> str:
    """A folder where tf.keras made one, for a name without an ending; an HDF5 file, as Keras 2 wrote, for others."""
    is_folder = not os.path.splitext(path)[1]
    what = "makes a folder, as in tf.keras" if is_folder else "writes HDF5, as in Keras 2"
    _say_ending("save", path, what, ".keras")
    return FOLDER if is_folder else HDF5


def _say_ending(method: str, path: str, what: str, ending: str) -> None:
    stem, suffix = os.path.splitext(path)
    say((method, suffix), f"`{method}({path!r})` {what}: the form of today is that of {stem + ending!r}.")


def _asked_for(method: str, save_format: Any) -> str:
    if save_format not in _FORMS:
        raise ValueError(f"`save_format` must be one of {list(_FORMS)}. Received: save_format={save_format!r}.")
    say(
        (method, "save_format"),
        f"`{method}(save_format={save_format!r})` is written without it: the ending of the name says the form.",
    )
    return _FORMS[save_format]
