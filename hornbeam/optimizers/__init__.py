"""Optimizers: how gradients move weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam.core import serialization
from hornbeam.core.lookup import find_name, lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.optimizers import schedules
from hornbeam.optimizers.base.clipping import clip_norm
from hornbeam.optimizers.base.optimizer import Optimizer
from hornbeam.optimizers.loss_scale_optimizer import LossScaleOptimizer
from hornbeam.optimizers.multi_optimizer import MultiOptimizer, OptimizerMap
from hornbeam.optimizers.rules.adadelta import Adadelta
from hornbeam.optimizers.rules.adafactor import Adafactor
from hornbeam.optimizers.rules.adagrad import Adagrad
from hornbeam.optimizers.rules.adam import Adam, AdamW
from hornbeam.optimizers.rules.adamax import Adamax
from hornbeam.optimizers.rules.ftrl import Ftrl
from hornbeam.optimizers.rules.lamb import Lamb
from hornbeam.optimizers.rules.lion import Lion
from hornbeam.optimizers.rules.muon import Muon
from hornbeam.optimizers.rules.nadam import Nadam
from hornbeam.optimizers.rules.qh_adam import QHAdam
from hornbeam.optimizers.rules.rmsprop import RMSprop
from hornbeam.optimizers.rules.schedule_free_adamw import ScheduleFreeAdamW
from hornbeam.optimizers.rules.sgd import SGD
from hornbeam.optimizers.tf_optimizer import TFOptimizer

__all__ = [
    "Optimizer",
    "SGD",
    "RMSprop",
    "Adam",
    "AdamW",
    "Adamax",
    "Nadam",
    "Adagrad",
    "Adadelta",
    "Lion",
    "Lamb",
    "Ftrl",
    "Adafactor",
    "Muon",
    "QHAdam",
    "ScheduleFreeAdamW",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "OptimizerMap",
    "schedules",
    # of Keras 2
    "clip_norm",
    "TFOptimizer",
    # by name
    "get",
    "serialize",
    "deserialize",
]


def get(identifier: Any) -> Any:
    """The optimizer for a name, a config, a class or an `Optimizer`.

    >>> import hornbeam
    >>> hornbeam.optimizers.get("rmsprop").rho
    0.9
    """
    identifier = _current(identifier)
    found = lookup(identifier, _NAMES, "keras.optimizers", "optimizer", Optimizer)
    if not isinstance(found, Optimizer):
        raise ValueError(f"`optimizer` must be a name, a config or an Optimizer. Received: {identifier!r}.")
    return found


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """The config of an optimizer."""
    return serialization.serialize_object(optimizer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that `serialize` described."""
    return serialization.deserialize(_current(config), custom_objects, kind="keras.optimizers")


def _current(config: Any) -> Any:
    """A config with the present spelling of the class: older files have "adam" for "Adam"."""
    if isinstance(config, dict) and isinstance(config.get("class_name"), str):
        found = find_name(config["class_name"], _NAMES)
        if found is not None:
            return config | {"class_name": found.__name__}
    return config


_NAMES = {name: globals()[name] for name in __all__ if name[0].isupper() and name != "Optimizer"}

if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
