"""The parts of a file of any kind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from hornbeam.core.renaming.configs import generation_of
from hornbeam.saving import archive, files, forms, hdf5, members, safetensors, shards
from hornbeam.saving.h5 import attributes
from hornbeam.saving.h5.origin import Origin
from hornbeam.saving.h5.read_model import WEIGHTS, is_layered

_JSON_MOST = 64 * 2**20  # bytes of a file of JSON


@dataclass
class Parts:
    """What was found; `problems` says of which parts there is nothing because they are refused."""

    kind: str
    version: str = ""
    saved: str = ""
    generation: int = 3
    config: Any = None
    training: Any = None
    weights: list[Any] = field(default_factory=list)  # open HDF5 files
    tensors: list[safetensors.Tensor] = field(default_factory=list)
    is_layered: bool = False  # whether it has a group for each layer, by name
    assets: list[tuple[str, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def read(self, reader: Callable[[], Any]) -> Any:
        """What `reader` gives; `None`, and a problem, where that is refused."""
        try:
            return reader()
        except ValueError as error:
            self.problems.append(str(error))
            return None


@contextmanager
def opened_parts(path: str) -> Iterator[Parts]:
    """The parts of the file or folder at `path`.

    Raises:
        ValueError: when it is none of the known kinds, or is damaged.
    """
    form = forms.form_of(path)
    if form == forms.HDF5:
        with hdf5.reading(path, path) as found:
            yield _of_hdf5(found, path)
    elif form == forms.TENSORS:
        yield Parts("weights (safetensors)", tensors=list(safetensors.tensors(path)[0].values()))
    elif form == forms.SHARDS:
        config = _json(path)
        if "weight_map" not in config:
            yield _of_config(config, path)
            return
        with shards.reading_shards(path) as stored:
            yield Parts(f"weights of Keras 3 in {len(stored.files)} shards (.weights.json)", weights=[*stored.files])
    else:
        yield from _of_archive(path)


def _of_archive(path: str) -> Iterator[Parts]:
    with members.opened(path) as opened:
        names = opened.names()
        parts = Parts(f"a model of Keras 3 ({'a folder' if os.path.isdir(path) else '.keras'})")
        metadata = parts.read(lambda: archive.read_json(opened, members.METADATA))
        parts.version, parts.saved = (_text(metadata, key) for key in ("keras_version", "date_saved"))
        parts.config = parts.read(lambda: archive.read_config(opened))
        parts.training = parts.config.get("compile_config") if parts.config else None
        parts.assets = [(name, opened.size(name)) for name in names if _is_asset(name)]
        try:
            with archive.reading_weights(opened) as stored:
                parts.weights = [*stored.files]
                yield parts
                return
        except ValueError as error:
            if parts.weights:
                raise
            parts.problems.append(str(error))
        yield parts


def _is_asset(name: str) -> bool:
    return name not in (members.METADATA, members.CONFIG, members.WEIGHTS) and not name.endswith("/")


def _text(found: Any, key: str) -> str:
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _of_hdf5(file: Any, path: str) -> Parts:
    if not is_layered(file):
        return Parts("weights of Keras 3 (.weights.h5)", weights=[file])
    parts = Parts("", weights=[file], is_layered=True)
    group = parts.read(lambda: hdf5.find(file, WEIGHTS))
    origin = Origin.of(file, *([group] if group is not None else []))
    parts.config = parts.read(lambda: attributes.json_of(file, "model_config", path))
    parts.training = parts.read(lambda: attributes.json_of(file, "training_config", path))
    parts.generation = origin.generation
    parts.version = (
        attributes.text(file, "keras_version") or (group is not None and attributes.text(group, "keras_version")) or ""
    )
    parts.kind = (
        f"{'a model' if parts.config else 'weights'} of Keras {origin.generation} (.h5), made with {origin.backend}"
    )
    return parts


def _json(path: str) -> dict[str, Any]:
    if os.path.getsize(path) > _JSON_MOST:
        raise ValueError(f"`{path}` is a text of more than {_JSON_MOST >> 20} MiB, which is no config of a model.")
    with open(path, "rb") as file:
        found = files.parsed(file.read(), f"`{path}`")
    if not isinstance(found, dict):
        raise ValueError(f"`{path}` is JSON, but not the config of a model. Received: {str(found)[:100]}.")
    return found


def _of_config(config: dict[str, Any], path: str) -> Parts:
    if "class_name" not in config:
        raise ValueError(f"`{path}` is JSON, but not the config of a model. Received: {str(config)[:100]}.")
    generation = 3
    with suppress(RecursionError):
        generation = generation_of(config, config.get("keras_version"))
    parts = Parts(f"the config of a model of Keras {generation} (JSON)", _text(config, "keras_version"), config=config)
    parts.generation, parts.training = generation, config.get("compile_config")
    return parts
