"""`training_config`: what `compile` was given, as Keras 3 writes it to `.h5`."""

from __future__ import annotations

from typing import Any

from hornbeam.core.registry import get_registered_object, name_of, public_name


def training_config(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `compile`, with the names that Keras's reader knows."""
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
