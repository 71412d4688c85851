"""`.keras`: `metadata.json`, `config.json` and `model.weights.h5` in a zip or a folder, as in Keras 3."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hornbeam.core import serialization
from hornbeam.core.allowance import allowing_file
from hornbeam.core.renaming.configs import config_of_today, generation_of
from hornbeam.saving import assets, files, hdf5, members
from hornbeam.saving.compiling import compile_from
from hornbeam.saving.members import CONFIG, METADATA, WEIGHTS, Members
from hornbeam.saving.stored import Stored
from hornbeam.saving.unmatched import warn_of_unmatched
from hornbeam.saving.weights import read_weights, write_weights

KERAS_VERSION = "3.15.1"  # whose format this is


def write_archive(model: Any, path: str, zipped: bool = True) -> None:
    """Write `model` to a `.keras` file or a folder, which appears only once it is complete."""
    config = serialization.serialize_whole(model)
    saved = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    with members.written(path, zipped) as target:
        target.add(METADATA, json.dumps({"keras_version": KERAS_VERSION, "date_saved": saved}).encode())
        target.add(CONFIG, json.dumps(config).encode())
        with target.new(WEIGHTS) as weights, hdf5.writing(weights) as group:
            write_weights(group, model)
        assets.write_assets(target, model)


def read_archive(path: str, custom_objects: dict[str, Any] | None, compile: bool) -> Any:
    """The model in a `.keras` file or a folder.

    Raises:
        ValueError: for a file that is damaged, is not such a file, or names what Hornbeam does not know.
    """
    with (
        members.opened(path) as opened,
        serialization.custom_object_scope(custom_objects or {}),
        allowing_file(_size(opened), path),
    ):
        config = read_config(opened)
        warn_of_unmatched(custom_objects, config, f"`{path}`")
        model = serialization.deserialize_whole(config_of_today(config, _generation(opened)))
        if not hasattr(model, "save"):
            raise ValueError(f"`{path}` must hold a model. Received: {model!r}.")
        if compile and config.get("compile_config"):
            compile_from(model, config["compile_config"], path)
        assets.read_assets(opened, model, lambda name, target: members.copy(opened, name, target))
        with reading_weights(opened) as stored:
            read_weights(stored, model, as_read=True)
    return model


def _generation(opened: Members) -> int:
    """Which Keras wrote it: tf.keras 2 has such files as well."""
    if METADATA not in opened.names():
        return 3
    with members.unpacked(opened, METADATA) as text:
        found = files.parsed(text.read(), f"`{METADATA}` in `{opened.path}`")
    version = found.get("keras_version") if isinstance(found, dict) else None
    return generation_of({"module": None}, version)


def _size(opened: Members) -> int:
    """The bytes of all there is on disk."""
    if os.path.isdir(opened.path):
        return sum(opened.limit(name) for name in opened.names())
    return os.path.getsize(opened.path)


@contextmanager
def reading_weights(opened: Members) -> Iterator[Stored]:
    """The weights in an open `.keras` file."""
    if WEIGHTS not in opened.names():
        raise ValueError(f"`{opened.path}` holds no `{WEIGHTS}`. Received: {opened.names()}.")
    with (
        members.unpacked(opened, WEIGHTS) as weights,
        hdf5.reading(weights, opened.path) as file,
    ):
        yield Stored([file], opened.path)


def read_config(opened: Members) -> dict[str, Any]:
    """The config of the model.

    Raises:
        ValueError: when there is none, or it is malformed.
    """
    path = opened.path
    if CONFIG not in opened.names():
        raise ValueError(f"`{path}` is not a `.keras` file: it holds no `{CONFIG}`. Received: {opened.names()[:20]}.")
    config = read_json(opened, CONFIG)
    if not isinstance(config, dict) or "class_name" not in config or "config" not in config:
        raise ValueError(f"`{CONFIG}` in `{path}` must be the config of a model. Received: {str(config)[:200]}.")
    return config


def read_json(opened: Members, name: str) -> Any:
    """What a member says that is JSON; `None` where there is no such member."""
    if name not in opened.names():
        return None
    with members.unpacked(opened, name) as text:
        return files.parsed(text.read(), f"`{name}` in `{opened.path}`")
