"""Initializers: the first values of variables. `get` takes what `kernel_initializer=` of a layer takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.initializers.base import Initializer
from hornbeam.initializers.constant import Constant, Given, Identity, Ones, Zeros
from hornbeam.initializers.random import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from hornbeam.initializers.stft import STFT
from hornbeam.ops.dispatch import as_array

# fmt: off
__all__ = [
    "Initializer",
    "Zeros", "Ones", "Constant", "Identity", "IdentityInitializer",
    "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling",
    "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform",
    "Orthogonal", "OrthogonalInitializer", "STFT", "STFTInitializer",
    "zeros", "ones", "constant", "identity", "random_normal", "random_uniform", "truncated_normal", "variance_scaling",
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform", "orthogonal",
    "stft",
    "get", "serialize", "deserialize",
]
# fmt: on

IdentityInitializer = identity = Identity
OrthogonalInitializer = orthogonal = Orthogonal
zeros, ones, constant = Zeros, Ones, Constant
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling = VarianceScaling
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform
STFTInitializer = stft = STFT

_NAMES = {name: globals()[name] for name in __all__ if name not in ("Initializer", "get", "serialize", "deserialize")}


def get(identifier: Any) -> Any:
    """The initializer that a name, a config, a class or a callable `(shape, dtype)` stands for; `None` stays `None`.

    An array stands for its own numbers.

    >>> import hornbeam
    >>> hornbeam.initializers.get("glorot_uniform")
    GlorotUniform()
    """
    if hasattr(identifier, "__array__") and not callable(identifier):
        identifier = Given(engine.to_numpy(as_array(identifier)))
    return lookup(identifier, _NAMES, "keras.initializers", "initializer")


def serialize(initializer: Any) -> Any:
    """The config of an initializer.

    >>> import hornbeam
    >>> hornbeam.initializers.serialize(hornbeam.initializers.Constant(2.0))["config"]
    {'value': 2.0}
    """
    return serialization.serialize(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The initializer that `serialize` described.

    >>> import hornbeam
    >>> hornbeam.initializers.deserialize({"class_name": "Constant", "config": {"value": 2.0}})
    Constant(value=2.0)
    """
    with serialization.custom_object_scope(custom_objects or {}):
        return get(config)


if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
