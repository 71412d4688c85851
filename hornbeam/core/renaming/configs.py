"""Configs in files of Keras 1, 2 and tf.keras become those of Keras 3: before anything is made of them, and as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hornbeam.core import registry
from hornbeam.core.old_names.configs import (
    ANY,
    CHANGED,
    CHANGED_DEFAULTS,
    DEFAULTS,
    KINDS,
    LEFT_OUT,
    MERGE_MODES,
    OF_BOTH,
    SEQUENCES,
    SIGNS,
    UNUSED,
)
from hornbeam.core.old_names.keras1 import KERAS_1, PARTS
from hornbeam.core.renaming.arguments import translated
from hornbeam.core.renaming.names import name_of_today
from hornbeam.core.renaming.tf_operations import CONSTANT, operation_of_today

#: Beside the arguments of a call: those that were given, though Keras 3 would write the same had nobody given them.
GIVEN = "hornbeam_given"
_MODELS = ("Model", "Functional", "Sequential")


def generation_of(config: Any, version: Any = None) -> int:
    """Which Keras a config is of: what it says itself, or else what it looks like."""
    if isinstance(version, str) and version[:1] in ("1", "2", "3"):
        return int(version[0])
    keys = set(_keys(config))
    if keys & {"registered_name", "batch_shape", "module"}:
        return 3
    return 1 if keys & {name for row in KERAS_1.values() for name in row} - set(OF_BOTH) else 2


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _keys(item)


def defaults_changed_since(version: str) -> dict[str, dict[str, Any]]:
    """For each layer's class, the arguments that had another default in a version of Keras, and that default."""
    release = _release(version)
    return {
        name: {argument: old for argument, (last, old) in rows.items() if release <= _release(last)}
        for name, rows in CHANGED_DEFAULTS.items()
    }


def _release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; a file without one is of Keras 1.0, or so."""
    parts = version.split(".")[:2]
    return tuple(int(part) if part.isdecimal() else 0 for part in parts) if version else (1, 0)


def layer_of_today(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    """What a layer's `from_config` takes: as it is, unless it is clearly that of an older Keras."""
    if not isinstance(config, dict) or not is_old(config):
        return config
    whole = {"class_name": class_name, "config": config}
    found = config_of_today(whole, generation_of(config))
    return found["config"] if found["class_name"] == class_name else config


def without_unused(class_name: str, config: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """A layer's config without what its class had in other versions of Keras, where that changed nothing."""
    unused = UNUSED.get(class_name, {})
    return {
        key: value
        for key, value in config.items()
        if key not in unused or key in known or (unused[key] is not ANY and value not in unused[key])
    }


def is_old(config: dict[str, Any]) -> bool:
    """Whether a layer's config has what only Keras 1, 2 and tf.keras wrote."""
    if SIGNS & config.keys():
        return True
    ends = tuple(KINDS)
    objects = [value for key, value in config.items() if key.endswith(ends) and isinstance(value, dict)]
    return any("class_name" in value and "module" not in value for value in objects)


def stack_of_today(config: Any) -> Any:
    """What `Sequential.from_config` takes: in Keras 1 a list, and with old layers in it in both."""
    config = {"layers": config} if isinstance(config, list) else config
    layers = config.get("layers")
    if not isinstance(layers, list) or not any(_is_old_layer(layer) for layer in layers):
        return config
    return config_of_today({"class_name": "Sequential", "config": config}, generation_of(config))["config"]


def graph_of_today(config: dict[str, Any]) -> dict[str, Any]:
    """What `Functional.from_config` takes; one with calls in the form of old ones is an old one."""
    layers = config.get("layers")
    calls = [c for one in layers if isinstance(one, dict) for c in one.get("inbound_nodes") or []] if layers else []
    if not any(isinstance(call, list) for call in calls):
        return config
    return config_of_today({"class_name": "Functional", "config": config}, min(2, generation_of(config)))["config"]


def _is_old_layer(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("config"), dict) and is_old(entry["config"])


def config_of_today(config: Any, generation: int) -> Any:
    """A config, and all in it, in Keras 3's form.

    Args:
        config: that of a model or layer.
        generation: of the Keras that wrote it.

    Raises:
        ValueError: for what has no counterpart today.
    """
    if generation >= 3 or not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        return config
    inner = config.get("config")
    if config["class_name"] == "Sequential":
        inner = {"layers": inner} if isinstance(inner, list) else inner
    if not isinstance(inner, dict):
        return config
    if isinstance(inner.get("layers"), list) and config["class_name"] != "Merge":
        return _model(config, inner, generation)
    return _layer(config, inner, generation)


def _model(config: dict[str, Any], inner: dict[str, Any], generation: int) -> dict[str, Any]:
    layers = [config_of_today(layer, generation) for layer in inner["layers"]]
    if "input_layers" not in inner:
        return {**config, "config": {**inner, "layers": layers}}
    name = "Functional" if config["class_name"] == "Model" else config["class_name"]
    graph = _Graph(layers, inner)
    return {**config, "class_name": name, "config": {**inner, **graph.config()}}


def _layer(config: dict[str, Any], inner: dict[str, Any], generation: int) -> dict[str, Any]:
    name = config["class_name"]
    if name == "Merge":
        name, inner = _merge(inner)
    if inner.get("causal") is True and name in ("Attention", "AdditiveAttention"):
        inner, config = {**inner, "causal": None}, _with_causal_mask(config)
    if name == "TimeDistributedDense":
        own = {key: inner.pop(key) for key in ("batch_input_shape",) if key in (inner := dict(inner))}
        dense = config_of_today({"class_name": "Dense", "config": {**inner, "name": "dense"}}, generation)
        return {**config, "class_name": "TimeDistributed", "config": {"name": inner.get("name"), **own, "layer": dense}}
    defaults = _defaults(name, generation)
    today = name_of_today("keras.layers", name)
    cls = registry.public_name("keras.layers", today)
    inner = {key: _value(key, value, generation) for key, value in inner.items()}
    if cls is not None:
        inner = translated(KERAS_1.get(cls.__name__, {}), inner, cls.__name__) if generation == 1 else inner
        inner = {key: value for key, value in inner.items() if key not in LEFT_OUT}
        inner = {"trainable": True, **defaults, **inner}
    return {**config, "class_name": today, "config": inner}


def _with_causal_mask(config: dict[str, Any]) -> dict[str, Any]:
    """A layer in a graph whose calls say what its constructor said."""
    calls = [call for call in config.get("inbound_nodes") or [] if isinstance(call, list)]
    firsts = [item for call in calls for item in call[:1] if isinstance(item, list)]
    for item in firsts:
        item[3:] = [{**(item[3] if len(item) > 3 and isinstance(item[3], dict) else {}), "use_causal_mask": True}]
    return config


def _defaults(name: str, generation: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for last, rows in DEFAULTS.items():
        found |= rows.get(name, {}) if generation <= last else {}
    return found


def _merge(inner: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    mode = inner.get("mode")
    if mode not in MERGE_MODES or inner.get("layers"):
        what = "with models inside it" if mode in MERGE_MODES else f"with mode={mode!r}"
        raise ValueError(
            f"Layer `{inner.get('name')}` is a `Merge` of Keras 1 {what}, which has no counterpart: write the model "
            "with `hornbeam.Model(inputs, outputs)` and load its weights with `load_weights(..., by_name=True)`."
        )
    name, made = layer_of_mode(mode, inner)
    return name, {"name": inner.get("name"), **made}


def layer_of_mode(mode: Any, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The class that a mode of Keras 1's `merge` is today, and its arguments, from those that `merge` was given."""
    if mode not in MERGE_MODES:
        raise ValueError(
            f"`mode` must be one of {', '.join(map(repr, MERGE_MODES))}, or a function. Received: {mode!r}."
        )
    name, arguments = MERGE_MODES[mode]
    return name, {key: given[value] if isinstance(value, str) else value for key, value in arguments.items()}


def _value(key: str, value: Any, generation: int) -> Any:
    value = _plain(value)
    for last, rows in CHANGED.items():
        for end, values in rows.items():
            if generation <= last and key.endswith(end) and isinstance(value, str) and value in values:
                return values[value]
    if isinstance(value, list):
        return [_value(key, item, generation) if isinstance(item, dict) else item for item in value]
    if not isinstance(value, dict):
        return value
    kind = next((module for end, module in KINDS.items() if key.endswith(end)), None)
    value = _part(value) if kind is not None and generation == 1 else value
    if "class_name" not in value:
        return value
    if kind is None:
        return config_of_today(value, generation)
    return {"module": kind, "registered_name": None, **value}


def _plain(value: Any) -> Any:
    """The items of a tuple or shape, which tf.keras wrote with the name of their class."""
    is_sequence = isinstance(value, dict) and value.get("class_name") in SEQUENCES
    return value["items"] if is_sequence and isinstance(value.get("items"), list) else value


def _part(config: dict[str, Any]) -> dict[str, Any]:
    """The config of a regularizer or constraint, which in Keras 1 has its name among the arguments."""
    name = config.get("name")
    if "class_name" in config or not isinstance(name, str) or name not in PARTS:
        return config
    today, row = PARTS[name]
    return {"class_name": today, "config": {row.get(key, key): value for key, value in config.items() if key != "name"}}


class _Graph:
    """The calls of a functional model, `[layer, which call, which output, keywords]`, in today's form.

    A model inside it counted its calls from 1 where it had been made from symbolic tensors: the first call that
    anything refers to tells.
    """

    def __init__(self, layers: list[Any], inner: dict[str, Any]):
        self.layers, self.inner = layers, inner
        self.is_model = {layer.get("name"): layer.get("class_name") in _MODELS for layer in layers}
        self.is_graph = {layer.get("name"): layer.get("class_name") == "Functional" for layer in layers}
        self.first: dict[str, int] = {}
        ends = [inner.get("input_layers"), inner.get("output_layers")]
        for name, place in _histories([*(layer.get("inbound_nodes") for layer in layers), *ends], self.is_model):
            self.first[name] = min(place, self.first.get(name, place))

    def config(self) -> dict[str, Any]:
        """The parts of the model's config that refer to calls."""
        layers = [
            {**one, "inbound_nodes": [self._call(c) for c in one.get("inbound_nodes") or []]} for one in self.layers
        ]
        layers = [operation_of_today(one) for one in layers]
        keys = [key for key in ("input_layers", "output_layers") if key in self.inner]
        ends: dict[str, Any] = {key: self._ends(self.inner[key]) for key in keys}
        ends = {key: value[0] if _is_one(value) else value for key, value in ends.items()}
        return {"layers": layers, **ends}

    def _place(self, name: str, place: int) -> int:
        return place - (self.first.get(name, 0) if self.is_model.get(name) else 0)

    def _ends(self, value: Any) -> Any:
        if _is_history(value, self.is_model):
            return [value[0], self._place(value[0], value[1]) + int(self.is_graph[value[0]]), value[2]]
        if isinstance(value, dict):
            return {key: self._ends(item) for key, item in value.items()}
        return [self._ends(item) for item in value] if isinstance(value, list) else value

    def _call(self, call: Any) -> Any:
        if isinstance(call, dict):  # already today's
            return call
        if _is_history(call, self.is_model) or _is_constant(call):
            call = [call]
        if not isinstance(call, list):
            raise ValueError(f"A call in `inbound_nodes` must be a list. Received: {call!r}.")
        kwargs: dict[str, Any] = {}
        tensors = []
        for item in call:
            tensors.append(item[2] if _is_constant(item) else self._tensor(item))
            more = item[3] if isinstance(item, list) and len(item) > 3 and isinstance(item[3], dict) else {}
            kwargs |= {key: self._argument(value) for key, value in more.items()}
        given = [key for key in ("training",) if kwargs.get(key) is not None]
        return {"args": [tensors[0] if len(tensors) == 1 else tensors], "kwargs": kwargs, GIVEN: given}

    def _argument(self, value: Any) -> Any:
        value = _plain(value)
        if _is_history(value, self.is_model):
            return self._tensor(value)
        return [self._argument(item) for item in value] if isinstance(value, list) else value

    def _tensor(self, value: Any) -> Any:
        if not _is_history(value, self.is_model):
            raise ValueError(f"A call must take [layer, which call, which output]. Received: {value!r}.")
        history = [value[0], self._place(value[0], value[1]), value[2]]
        config = {"shape": None, "dtype": None, "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}


def _is_one(value: Any) -> bool:
    """Whether a list holds one tensor, which a model took and gave as it was."""
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], list)


def _is_constant(value: Any) -> bool:
    """Whether a number stands in the place of a tensor."""
    return isinstance(value, list) and len(value) == 4 and value[0] == CONSTANT


def _is_history(value: Any, names: dict[Any, Any]) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] in names
        and all(isinstance(number, int) and number >= 0 for number in value[1:3])
    )


def _histories(value: Any, names: dict[Any, Any]) -> Iterator[tuple[str, int]]:
    if _is_history(value, names):
        yield value[0], value[1]
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _histories(item, names)
