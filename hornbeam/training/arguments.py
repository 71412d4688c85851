"""The arguments of `compile`: checked at once, written to files and read from them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam import metrics, optimizers
from hornbeam.core import serialization
from hornbeam.core.renaming.notice import say, shown
from hornbeam.training.measures import check_measures
from hornbeam.training.objective.losses import plain_numbers
from hornbeam.training.objective.names import each

_KINDS = {
    "optimizer": "keras.optimizers",
    "loss": "keras.losses",
    "metrics": "keras.metrics",
    "weighted_metrics": "keras.metrics",
}


class CompileArguments(dict[str, Any]):
    """What `compile` was given, by name.

    Raises:
        ValueError: for a name that is unknown, and for weights or counts that are no numbers.
    """

    def __init__(self, **given: Any):
        if _are_metrics(given["loss_weights"]):
            now = shown("compile", {"metrics": given["loss_weights"]})
            say(("compile", "metrics third"), f"`compile(optimizer, loss, metrics)` is now {now}.")
            given |= {"metrics": given["loss_weights"], "loss_weights": given["metrics"]}
        steps = given["steps_per_execution"]
        if not isinstance(steps, int) or steps < 1:
            raise ValueError(
                f"`steps_per_execution` must be a positive integer. Received: steps_per_execution={steps!r}."
            )
        given["loss"] = _with_custom_objects(given["loss"])
        for name in ("metrics", "weighted_metrics"):
            given[name] = _with_custom_objects(given[name], _metric_called)
        check_measures(given["loss"], given["metrics"], given["weighted_metrics"])
        given["optimizer"] = optimizers.get(given["optimizer"])
        if given["optimizer"] is None:
            raise ValueError("`optimizer` must be a name, a config or an Optimizer. Received: None.")
        given["loss_weights"] = plain_numbers(given["loss_weights"])
        super().__init__(given)

    def get_config(self) -> dict[str, Any]:
        """The arguments in a form that JSON can hold."""
        config = {**self, "jit_compile": self["jit_compile"] in (True, "auto")}
        return {key: serialization.serialize(value) for key, value in config.items() if key != "auto_scale_loss"}

    @staticmethod
    def from_config(config: dict[str, Any]) -> dict[str, Any]:
        """The arguments that `get_config` gave, as `compile` takes them."""
        is_named = lambda key, value: key not in _KINDS or isinstance(value, str)  # noqa: E731
        return {key: value if is_named(key, value) else _objects(value, _KINDS[key]) for key, value in config.items()}


def _are_metrics(loss_weights: Any) -> bool:
    """Whether the third argument by place is what it was in Keras 2: metrics, which are no numbers."""
    leaves = [] if loss_weights is None or hasattr(loss_weights, "shape") else list(each(loss_weights))
    if isinstance(loss_weights, str):  # a list is how Keras 2 took them; else it must be one by its name
        return loss_weights in ("accuracy", "acc")
    return bool(leaves) and all(isinstance(x, str | metrics.Metric) or callable(x) for x in leaves)


def _with_custom_objects(value: Any, made: Callable[[Any, str], Any] = lambda found, name: found) -> Any:
    """`value` with the user's objects for names of theirs, which may be known no longer at the first batch."""
    if isinstance(value, str):
        found = serialization.get_registered_object(value)
        return value if found is None else made(found, value)
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _with_custom_objects(item, made) for key, item in value.items()}
    return [_with_custom_objects(item, made) for item in value] if isinstance(value, list | tuple) else value


def _metric_called(found: Any, name: str) -> Any:
    return metrics.MeanMetricWrapper(found, name=name) if inspect.isfunction(found) else found


def _objects(value: Any, kind: str) -> Any:
    """Configs inside lists and dicts as objects; names stay names."""
    if isinstance(value, dict) and "class_name" in value:
        return serialization.deserialize(value, kind=kind)
    if isinstance(value, dict):
        return {key: _objects(item, kind) for key, item in value.items()}
    if isinstance(value, list):
        return [_objects(item, kind) for item in value]
    return value
