"""Models and weights in files.

A file can hold numbers and the names of known classes. It cannot run code: a class or function of your own is found in
what you registered or pass as `custom_objects`, never by importing what a file names.
"""

from __future__ import annotations

import os
from typing import Any

from hornbeam.core.serialization import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from hornbeam.core.suggest import no_argument
from hornbeam.saving import archive, files, hdf5, weights
from hornbeam.saving.h5 import read_model, write_model
from hornbeam.saving.report import LoadReport

__all__ = [
    "save_model",
    "load_model",
    "save_weights",
    "load_weights",
    "register_keras_serializable",
    "get_registered_name",
    "get_registered_object",
    "get_custom_objects",
    "custom_object_scope",
    "CustomObjectScope",
    "serialize_keras_object",
    "deserialize_keras_object",
]

_WEIGHTS = ".weights.h5"
_HDF5 = (".h5", ".hdf5", ".hd5")


def save_model(model: Any, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any) -> None:
    """Write a model to a `.keras` or `.h5` file: its config, weights, and, if compiled, its state of training.

    The file appears once it is complete: a crash on the way leaves an older one as it was. Keras 3 reads it, too.

    Args:
        model: any model whose layers have configs.
        filepath: must end in ".keras", or in ".h5", ".hdf5" or ".hd5" for the older layout.
        overwrite: whether a file that exists may be replaced.
        zipped: True, or nothing: a folder of loose files is not supported.
        kwargs: `include_optimizer=False` leaves out of `.h5` what the model was compiled with.

    Raises:
        ValueError: for another file name, and for a model that a file cannot hold, such as one with a lambda.
        OSError: when the file cannot be written there.

    >>> import hornbeam, os, tempfile
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.keras")
    ...     hornbeam.saving.save_model(model, path)
    ...     copy = hornbeam.saving.load_model(path)
    >>> bool((copy.get_weights()[0] == model.get_weights()[0]).all())
    True
    """
    path = os.fspath(filepath)
    include_optimizer = kwargs.pop("include_optimizer", True)
    if kwargs:
        raise no_argument("save_model", kwargs, ("overwrite", "zipped", "include_optimizer"))
    if path.endswith(_WEIGHTS):
        raise ValueError(
            f"A whole model goes into a `.keras` file; `model.save_weights` writes `.weights.h5`. Received: {path!r}."
        )
    if path.endswith(_HDF5):
        with files.replacing(files.check_target(path, overwrite)) as file, hdf5.writing(file) as group:
            write_model.write_model(group, model, include_optimizer)
        return
    if not path.endswith(".keras"):
        raise ValueError(f"The name of a model's file must end in `.keras` or `.h5`. Received: {path!r}.")
    if zipped is False:
        raise ValueError(f"A model as a folder is not supported: leave `zipped` out. Received: zipped={zipped!r}.")
    archive.write_archive(model, files.check_target(path, overwrite))


def load_model(
    filepath: Any, custom_objects: dict[str, Any] | None = None, compile: bool = True, safe_mode: bool = True
) -> Any:
    """The model in a `.keras` file, or in an `.h5` file of Keras 1, 2, tf.keras or 3; what it holds decides.

    Args:
        filepath: the file.
        custom_objects: your own classes and functions by the names in the file; they win over those of Hornbeam.
        compile: whether it comes compiled, with the optimizer's state, if it was saved so.
        safe_mode: accepted for compatibility. No setting makes a file run code: a Python lambda in it is refused,
            unless `custom_objects` has a function under the name of its layer.

    Raises:
        ValueError: for a file that is damaged, does not fit together, or names classes that are unknown here.
        OSError: when there is no such file.

    Loading checks a file before it uses it. Unpickling a model does not: never unpickle what you do not trust.
    """
    path = files.check_source(filepath)
    if _begins_as_hdf5(path):
        with hdf5.reading(path, path) as file:
            return read_model.read_model(file, path, custom_objects, compile)
    return archive.read_archive(path, custom_objects, compile)


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write the weights of a model, and of its optimizer if it is compiled, to a `.weights.h5` file.

    Args:
        model: a model, or a layer.
        filepath: must end in ".weights.h5"; a name without a suffix gets this one.
        overwrite: whether a file that exists may be replaced.

    Raises:
        ValueError: for another file name, and for a model without weights yet.
        OSError: when the file cannot be written there.
    """
    path = os.fspath(filepath)
    path = path if os.path.splitext(path)[1] else path + _WEIGHTS
    if not path.endswith(_WEIGHTS):
        raise ValueError(f"The name of a weights file must end in `.weights.h5`. Received: {path!r}.")
    if not model.built:
        raise ValueError(f"Model `{model.name}` has no weights yet: call it on data, or `build(input_shape)`, first.")
    with files.replacing(files.check_target(path, overwrite)) as file, hdf5.writing(file) as group:
        weights.write_weights(group, model)


def load_weights(
    model: Any,
    filepath: Any,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
    **kwargs: Any,
) -> LoadReport:
    """Assign the weights in a file, of any Keras: all of them, or nothing when one does not fit.

    Args:
        model: built, with the architecture that was saved.
        filepath: the file.
        skip_mismatch: whether layers that do not fit keep their weights, with a warning, and the others are loaded.
        by_name: for files of Keras 1 and 2: whether layers of equal names belong together, and others are left alone.
        reshape: for these files: whether weights of equal size are given the shape that the model needs.

    Returns:
        What became of each weight: it prints as a list.

    Raises:
        ValueError: when weights do not fit, naming each object; for a file that is damaged or of another kind.
        OSError: when there is no such file.

    >>> import hornbeam, os, tempfile
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.weights.h5")
    ...     hornbeam.saving.save_weights(model, path)
    ...     report = hornbeam.saving.load_weights(model, path)
    >>> print(report)
    2 weights loaded
    """
    if kwargs:
        raise no_argument("load_weights", kwargs, ("skip_mismatch", "by_name", "reshape"))
    path = files.check_source(_with_suffix(filepath))
    if not model.built:
        raise ValueError(f"Model `{model.name}` has no weights yet: call it on data, or `build(input_shape)`, first.")
    if not _begins_as_hdf5(path):
        with archive.opened(path) as opened:
            return archive.read_archived_weights(opened, model, path, skip_mismatch)
    with hdf5.reading(path, path) as file:
        if read_model.is_layered(file):
            return read_model.read_weights(file, model, path, by_name, skip_mismatch, reshape)
        return weights.read_weights(file, model, path, skip_mismatch)


def _begins_as_hdf5(path: str) -> bool:
    """Whether a file is one of HDF5, whatever it is called; an empty or unknown one counts by its name."""
    with open(path, "rb") as file:
        start = file.read(8)
    return start == b"\x89HDF\r\n\x1a\n" or (path.endswith(_HDF5) and start[:2] != b"PK")


def _with_suffix(filepath: Any) -> str:
    """The path; a bare one, as `save_weights` took it, with the suffix that it was given there."""
    path = os.fspath(filepath)
    return path + _WEIGHTS if not os.path.exists(path) and os.path.exists(path + _WEIGHTS) else path
