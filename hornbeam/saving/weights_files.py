"""Weights without a model, in files of every form."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.suggest import no_argument
from hornbeam.layers.base.tracking import flatten
from hornbeam.saving import archive, files, h5, hdf5, members, safetensors, shards, weights
from hornbeam.saving.forms import ARCHIVE, SHARDS, SHARDS_SUFFIX, TENSORS, TENSORS_SUFFIX, WEIGHTS_SUFFIX, form_of
from hornbeam.saving.progress import loading_shown, saving_shown
from hornbeam.saving.replacing import replacing
from hornbeam.saving.report import LoadReport
from hornbeam.saving.stored import Stored
from hornbeam.saving.targets import are_by_layers, is_of_tensorflow


def save_weights(
    model: Any,
    filepath: Any,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    objects_to_skip: Sequence[Any] | None = None,
    **kwargs: Any,
) -> None:
    """Write the weights of a model, and of its optimizer if it is compiled, to a file.

    Args:
        model: a model, or a layer.
        filepath: ends in ".weights.h5"; in ".weights.json" for shards; or in ".safetensors", for the weights alone, by
            the names of the variables. A name without a suffix gets one of the first two. As in old code, ".h5",
            ".hdf5" and ".hd5" give the layout of Keras 2, any other name that of ".weights.h5".
        overwrite: whether a file that exists may be replaced.
        max_shard_size: how large each shard may become, in GiB: `x.weights.json` lists `x_00000.weights.h5`, ...
        objects_to_skip: layers, or the optimizer, that are left out, and with them what only they hold.
        kwargs: `save_format` is that of tf.keras, whose `options` of devices change nothing.

    Raises:
        ValueError: for shards under another file name, and for a model without weights yet.
        OSError: when the file cannot be written there.
    """
    save_format = kwargs.pop("save_format", None)
    kwargs.pop("options", None)
    if kwargs:
        raise no_argument("save_weights", kwargs, ("overwrite", "max_shard_size", "objects_to_skip", "save_format"))
    path = _target(files.as_path(filepath), max_shard_size)
    _check_built(model)
    if is_of_tensorflow(files.as_path(filepath)):
        files.make_parents(path)
    path = files.check_target(path, overwrite)
    with saving_shown(model, path):
        by_layers = are_by_layers(path, save_format) and hasattr(model, "layers")
        _write(model, path, max_shard_size, by_layers, tuple(objects_to_skip or ()))


def _write(model: Any, path: str, max_shard_size: float | None, by_layers: bool, skipped: Sequence[Any]) -> None:
    if path.endswith(TENSORS_SUFFIX):
        _refuse_skipping(skipped, path)
        safetensors.write_tensors(model, path)
    elif path.endswith(SHARDS_SUFFIX):
        shards.write_shards(model, path, math.inf if max_shard_size is None else max_shard_size * 2**30, skipped)
    elif by_layers:
        _refuse_skipping(skipped, path)
        with replacing(path) as file, hdf5.writing(file) as group:
            h5.write_model.write_weights(group, model)
    else:
        with replacing(path) as file, hdf5.writing(file) as group:
            weights.write_weights(group, model, skipped)


def _refuse_skipping(skipped: Sequence[Any], path: str) -> None:
    if skipped:
        raise ValueError(
            f"`objects_to_skip` needs a file that has weights by their place in the model, such as "
            f"`{WEIGHTS_SUFFIX}`. Received: {path!r}."
        )


def _target(path: str, max_shard_size: float | None) -> str:
    if max_shard_size is not None and not max_shard_size > 0:
        raise ValueError(f"`max_shard_size` must be above 0, in GiB. Received: {max_shard_size!r}.")
    if not os.path.splitext(path)[1]:
        return path + (WEIGHTS_SUFFIX if max_shard_size is None else SHARDS_SUFFIX)
    if max_shard_size is not None and path.endswith(WEIGHTS_SUFFIX):
        renamed = path.removesuffix(WEIGHTS_SUFFIX) + SHARDS_SUFFIX
        warn_caller(f"Shards are listed in a `{SHARDS_SUFFIX}` file: `{path}` becomes `{renamed}`.")
        return renamed
    if max_shard_size is not None and not path.endswith(SHARDS_SUFFIX):
        raise ValueError(f"The name of a list of shards must end in `{SHARDS_SUFFIX}`. Received: {path!r}.")
    return path


def load_weights(
    model: Any,
    filepath: Any,
    skip_mismatch: bool = False,
    by_name: bool = False,
    reshape: bool = False,
    part: str | None = None,
    objects_to_skip: Sequence[Any] | None = None,
    **kwargs: Any,
) -> LoadReport:
    """Assign the weights in a file, of any Keras: all of them, or nothing when one does not fit.

    Args:
        model: built, with the architecture that was saved.
        filepath: the file.
        skip_mismatch: whether layers that do not fit keep their weights, with a warning, and the others are loaded.
        by_name: whether layers of equal names belong together, and all others are left alone.
        reshape: for files of Keras 1 and 2: whether weights of equal size are given the shape that the model needs.
        part: the name, or the path, of the layer in the file whose weights these are to be: `"encoder"` reads the
            weights of the encoder in a whole into an encoder alone.
        objects_to_skip: layers of the model that keep their weights, and with them what only they hold.
        kwargs: there are no more arguments; `options` of tf.keras change nothing.

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
    kwargs.pop("options", None)
    if kwargs:
        raise no_argument("load_weights", kwargs, ("skip_mismatch", "by_name", "reshape", "part", "objects_to_skip"))
    skipped = tuple(objects_to_skip or ())
    path = files.check_source(_with_suffix(filepath), members.CONFIG)
    _check_built(model)
    with loading_shown(path):
        form = form_of(path)
        if form == TENSORS:
            _refuse_skipping(skipped, path)
            return safetensors.read_tensors(model, path, skip_mismatch, by_name, part)
        if form == SHARDS:
            with shards.reading_shards(path) as stored:
                return _read(stored, model, skip_mismatch, by_name, part, skipped)
        if form == ARCHIVE:
            with members.opened(path) as opened, archive.reading_weights(opened) as stored:
                return _read(stored, model, skip_mismatch, by_name, part, skipped)
        with hdf5.reading(path, path) as file:
            if h5.read_model.is_layered(file):
                _refuse_skipping(skipped, path)
                return h5.read_model.read_weights(file, model, path, by_name, skip_mismatch, reshape, part)
            return _read(Stored([file], path), model, skip_mismatch, by_name, part, skipped)


def _read(
    stored: Stored, model: Any, skip_mismatch: bool, by_name: bool, part: str | None, skipped: Sequence[Any]
) -> LoadReport:
    stored = stored if part is None else stored.part(part)
    return weights.read_weights(stored, model, skip_mismatch, by_name=by_name, skipped=skipped)


def _check_built(model: Any) -> None:
    if not model.built and not _has_built_parts(model):
        raise ValueError(f"Model `{model.name}` has no weights yet: call it on data, or `build(input_shape)`, first.")


def _has_built_parts(model: Any) -> bool:
    """Whether a model that is never called itself, as one that trains two others, has all of its weights."""
    return bool(model.weights) and all(layer.built for layer in flatten(model)[1:])


def _with_suffix(filepath: Any) -> str:
    """The path; a bare one, as `save_weights` took it, with the suffix that it was given there."""
    path = files.as_path(filepath)
    if os.path.exists(path):
        return path
    return next((path + s for s in (WEIGHTS_SUFFIX, SHARDS_SUFFIX) if os.path.exists(path + s)), path)
