"""`arguments_of_today`: what `compile` was given, as each version of Keras writes it."""

from __future__ import annotations

from typing import Any

from hornbeam.core.registry import get_registered_object, public_name

_LEFT_OUT = ("sample_weight_mode", "optimizer_config")
_WRAPPERS = ("MeanMetricWrapper", "LossFunctionWrapper")
_OF_TF = "Custom>"  # before the names of its own optimizers, in TensorFlow 2.11 and 2.12


def arguments_of_today(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compile` in Keras 3's form; TensorFlow wrote those that were not given as null."""
    given = {key: value for key, value in config.items() if key not in _LEFT_OUT and value is not None}
    arguments = {key: _without_wrappers(value) for key, value in given.items()}
    optimizer = _optimizer(config.get("optimizer_config", config.get("optimizer")))
    return arguments if optimizer is None else {**arguments, "optimizer": optimizer}


def _optimizer(value: Any) -> Any:
    """The config of an optimizer, and of those and of the schedules in it; a name as it is."""
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        return value
    config = value.get("config")
    name = value["class_name"]
    registered = value.get("registered_name", name)
    if registered in (name, _OF_TF + name) and get_registered_object(registered) is None:
        name = name.removeprefix(_OF_TF)
        value = {**value, "registered_name": None}
    name = "LossScaleOptimizer" if name.startswith("LossScaleOptimizer") else name
    config = _optimizer_config(name, config) if isinstance(config, dict) else config
    return {"module": "keras.optimizers", "registered_name": None, **value, "class_name": name, "config": config}


def _optimizer_config(name: str, config: dict[str, Any]) -> dict[str, Any]:
    if name == "LossScaleOptimizer":
        config = _scaling(config)
    rate = config.get("learning_rate")
    if isinstance(rate, dict):
        rate = {"module": "keras.optimizers.schedules", "registered_name": None, **rate}
        config = {**config, "learning_rate": rate}
    return config


def _scaling(config: dict[str, Any]) -> dict[str, Any]:
    """What scales the loss: TensorFlow before 2.4 had an object for it."""
    config = {key: value for key, value in config.items() if key != "dynamic" or value is not True}
    config["inner_optimizer"] = _optimizer(config.pop("optimizer", config.get("inner_optimizer")))
    scale = config.pop("loss_scale", None)
    kept = scale.get("config") if isinstance(scale, dict) else None
    if isinstance(kept, dict):
        rows = {"initial_scale": "initial_loss_scale", "dynamic_growth_steps": "increment_period"}
        config |= {new: kept[old] for new, old in rows.items() if old in kept}
    return config


def _without_wrappers(value: Any) -> Any:
    """tf.keras wraps the function of a metric, and names that of a loss: the name says the same."""
    if isinstance(value, list):
        return [_without_wrappers(item) for item in value]
    if not isinstance(value, dict):
        return value
    name, inner = value.get("class_name"), value.get("config")
    if name is None:
        return {key: _without_wrappers(item) for key, item in value.items()}
    inner = inner if isinstance(inner, dict) else {}
    function = inner.get("fn")
    if name in _WRAPPERS and isinstance(function, str):
        return _named(function, inner.get("name"))
    if function is not None and name not in _WRAPPERS and _is_ours(value):
        return {**value, "config": {key: item for key, item in inner.items() if key != "fn"}}
    return value


def _named(function: str, name: Any) -> str:
    """The name of a metric's function; "accuracy" stands for the one that fits the loss."""
    return name if name in ("accuracy", "acc") and function.endswith("accuracy") else function


def _is_ours(value: dict[str, Any]) -> bool:
    """Whether a config is that of one of the losses or metrics of Keras."""
    name = value["class_name"]
    if not isinstance(name, str) or get_registered_object(value.get("registered_name") or name) is not None:
        return False
    return any(public_name(family, name) is not None for family in ("keras.losses", "keras.metrics"))
