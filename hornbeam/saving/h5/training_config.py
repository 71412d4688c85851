"""What `compile` was given, as each version writes it."""

from __future__ import annotations

from typing import Any

from hornbeam.core.registry import get_registered_object, name_of, public_name

_LEFT_OUT = ("sample_weight_mode", "optimizer_config")


def compile_config(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compile` in Keras 3's form."""
    arguments = {key: _without_wrappers(value) for key, value in config.items() if key not in _LEFT_OUT}
    optimizer = config.get("optimizer_config")
    if isinstance(optimizer, dict):
        arguments["optimizer"] = {"module": "keras.optimizers", "registered_name": None, **optimizer}
    return arguments


def training_config(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compile` as Keras 3 writes them to `.h5`: names that its reader knows."""
    config = {key: value for key, value in arguments.items() if key != "optimizer"}
    config["loss"] = _long_names(config.get("loss"))
    optimizer = arguments["optimizer"]
    if isinstance(optimizer, dict):
        optimizer = {"class_name": optimizer["class_name"], "config": optimizer["config"]}
    return {**config, "optimizer_config": optimizer}


def _long_names(loss: Any) -> Any:
    """`mean_squared_error` for `mse`, which Keras 3 does not find when it reads an `.h5` file."""
    if isinstance(loss, list):
        return [_long_names(item) for item in loss]
    if isinstance(loss, dict):
        return loss if "class_name" in loss else {key: _long_names(item) for key, item in loss.items()}
    if not isinstance(loss, str) or get_registered_object(loss) is not None:
        return loss
    return name_of(public_name("keras.losses", loss)) or loss


def _without_wrappers(value: Any) -> Any:
    """tf.keras wraps the function of a metric; its name says the same."""
    if isinstance(value, list):
        return [_without_wrappers(item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = value.get("config")
    function = inner.get("fn") if isinstance(inner, dict) else None
    if value.get("class_name") in ("MeanMetricWrapper", "LossFunctionWrapper") and isinstance(function, str):
        name = inner.get("name") if isinstance(inner, dict) else None
        return name if name in ("accuracy", "acc") and function.endswith("accuracy") else function
    return value if "class_name" in value else {key: _without_wrappers(item) for key, item in value.items()}
