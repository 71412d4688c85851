"""A config as rows of a table: what `summary` shows of a model, for one that is not made."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from hornbeam.core import naming
from hornbeam.core.missing import sources

_SHOWN = 4  # settings of a layer
_LONGEST = 40  # characters of one of them
# What every layer has, or what is there to draw its weights.
_COMMON = (
    "name",
    "trainable",
    "dtype",
    "layers",
    "input_layers",
    "output_layers",
    "build_input_shape",
    "sparse",
    "ragged",
)
_DEFAULTS: tuple[Any, ...] = (None, False, "linear", "channels_last", "valid", [])


class Row(NamedTuple):
    """A layer: how deep in models, its name and class, what it was made with, where its inputs come from, and where
    the files have its weights: by the path of Keras 3, and by its name."""

    depth: int
    name: str
    kind: str
    settings: str
    inputs: str
    path: str


def rows(config: Any, depth: int = 0, path: str = "") -> list[Row]:
    """The layers of a model's config, those of models inside it below them."""
    inner = config.get("config") if isinstance(config, dict) else None
    layers = inner if isinstance(inner, list) else inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(layers, list):
        return []
    counts: Counter[str] = Counter()
    found: list[Row] = []
    for layer in (one for one in layers if isinstance(one, dict)):
        kind, arguments = str(layer.get("class_name")), layer.get("config")
        arguments = arguments if isinstance(arguments, dict) else {}
        snake = naming.to_snake_case(kind)
        place = f"{path}layers/{snake}" + (f"_{counts[snake]}" if counts[snake] else "")
        counts[snake] += not (kind == "InputLayer" and "input_layers" not in (inner or ()))
        name = str(layer.get("name") or arguments.get("name") or "")
        found.append(Row(depth, name, kind, ", ".join(_settings(arguments)), ", ".join(_inputs(layer)), place))
        found += rows(layer, depth + 1, place + "/")
    return found


def _settings(arguments: dict[str, Any]) -> list[str]:
    found = []
    for key, value in arguments.items():
        if key in _COMMON or key.endswith(("_initializer", "_regularizer", "_constraint")):
            continue
        value = value.get("class_name") if isinstance(value, dict) else value
        if any(value is default or value == default for default in _DEFAULTS):
            continue
        text = f"{key}={value}"
        found.append(text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "...")
    return found[:_SHOWN]


def _inputs(layer: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(sources(layer.get("inbound_nodes"))))
