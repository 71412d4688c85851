"""`save_model` and `load_model`: whole models in files of every form."""

from __future__ import annotations

from typing import Any

from hornbeam.core.suggest import no_argument
from hornbeam.saving import archive, files, h5, hdf5, members
from hornbeam.saving.forms import FOLDER, HDF5, form_of
from hornbeam.saving.progress import loading_shown, saving_shown
from hornbeam.saving.replacing import replacing
from hornbeam.saving.targets import form_of_model


def save_model(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    zipped: bool | None = None,
    include_optimizer: bool = True,
    **kwargs: Any,
) -> None:
    """Write a model to a `.keras` or `.h5` file or a folder: its config, weights, and state of training if compiled.

    The file appears once it is complete: a crash on the way leaves an older one as it was. Keras 3 reads it, too. What
    takes more than two seconds says how far it is.

    Args:
        model: any model whose layers have configs.
        filepath: ends in ".keras", or in ".h5", ".hdf5" or ".hd5" for the older layout. As in old code, another name
            gives an HDF5 file, one without an ending a folder.
        overwrite: whether a file that exists may be replaced.
        zipped: False makes a folder of what a `.keras` file holds; its name has no such ending.
        include_optimizer: False leaves out of `.h5` what the model was compiled with.
        kwargs: `save_format` is that of tf.keras.

    Raises:
        ValueError: for the name of a file of weights, and for a model that a file cannot hold, such as one with a
            lambda.
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
    path, save_format = files.as_path(filepath), kwargs.pop("save_format", None)
    if kwargs:
        raise no_argument("save_model", kwargs, ("overwrite", "zipped", "include_optimizer", "save_format"))
    form = form_of_model(path, zipped, save_format)
    if form == FOLDER:
        _save_folder(model, path, overwrite, makes_parents=zipped is None)
        return
    path = files.check_target(path, overwrite)
    with saving_shown(model, path):
        if form == HDF5:
            with replacing(path) as file, hdf5.writing(file) as group:
                h5.write_model.write_model(group, model, include_optimizer)
        else:
            archive.write_archive(model, path)


def _save_folder(model: Any, path: str, overwrite: bool, makes_parents: bool) -> None:
    if path.endswith(".keras"):
        raise ValueError(f"The name of a folder (`zipped=False`) must not end in `.keras`. Received: {path!r}.")
    if makes_parents:
        files.make_parents(path)
    parts = (members.METADATA, members.CONFIG, members.WEIGHTS, members.ASSETS)
    path = files.check_folder(path, overwrite, parts)
    with saving_shown(model, path):
        archive.write_archive(model, path, zipped=False)


def load_model(
    filepath: Any, custom_objects: dict[str, Any] | None = None, compile: bool = True, safe_mode: bool = True
) -> Any:
    """The model in a `.keras` file, a folder, or an `.h5` file of Keras 1, 2, tf.keras or 3; what it holds decides.

    Args:
        filepath: the file, open or by its name; or the folder that `zipped=False` made.
        custom_objects: your own classes and functions by the names in the file; they win over those of Hornbeam.
        compile: whether it comes compiled, with the optimizer's state, if it was saved so.
        safe_mode: accepted for compatibility. No setting makes a file run code: a Python lambda in it is refused,
            unless `custom_objects` has a function under the name of its layer.

    Raises:
        ValueError: for a file that is damaged, does not fit together, or names classes that are unknown here.
        OSError: when there is no such file.

    Loading checks a file before it uses it. Unpickling a model does not: never unpickle what you do not trust.
    """
    path = files.check_source(getattr(filepath, "filename", filepath), members.CONFIG)  # an open HDF5 file has one
    with loading_shown(path):
        if form_of(path) == HDF5:
            with hdf5.reading(path, path) as file:
                return h5.read_model.read_model(file, path, custom_objects, compile)
        return archive.read_archive(path, custom_objects, compile)
