"""Losses: what training minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam.core import serialization
from hornbeam.core.lookup import lookup
from hornbeam.core.renaming.names import old_names_in
from hornbeam.losses.crossentropy import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from hornbeam.losses.divergences import KLDivergence, Poisson, kl_divergence, poisson
from hornbeam.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from hornbeam.losses.generalized_crossentropy import (
    CategoricalGeneralizedCrossEntropy,
    categorical_generalized_cross_entropy,
)
from hornbeam.losses.loss import Loss, LossFunctionWrapper
from hornbeam.losses.margins import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from hornbeam.losses.overlap import Dice, Tversky, dice, tversky
from hornbeam.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from hornbeam.losses.sequences import CTC, ctc
from hornbeam.losses.similarity import Circle, circle

__all__ = [
    # classes
    "Loss",
    "LossFunctionWrapper",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredLogarithmicError",
    "Huber",
    "LogCosh",
    "CosineSimilarity",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "KLDivergence",
    "Poisson",
    "Hinge",
    "SquaredHinge",
    "CategoricalHinge",
    "Dice",
    "Tversky",
    "Circle",
    "CTC",
    # functions
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "huber",
    "log_cosh",
    "cosine_similarity",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_focal_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "kl_divergence",
    "poisson",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "dice",
    "tversky",
    "circle",
    "ctc",
    "is_categorical_crossentropy",
    # by name
    "get",
    "serialize",
    "deserialize",
]


def get(identifier: Any) -> Any:
    """The loss for a name, a config, a function or a `Loss`; `None` stays `None`.

    >>> import hornbeam
    >>> hornbeam.losses.get("mse").__name__
    'mean_squared_error'
    """
    return lookup(identifier, _NAMES, "keras.losses", "loss", Loss)


def serialize(loss: Any) -> Any:
    """The config of a `Loss`; the name of a function.

    >>> import hornbeam
    >>> hornbeam.losses.serialize(hornbeam.losses.mean_squared_error)
    'mean_squared_error'
    """
    return serialization.serialize(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss that `serialize` described by its name or config.

    >>> import hornbeam
    >>> hornbeam.losses.deserialize("mean_squared_error") is hornbeam.losses.mean_squared_error
    True
    """
    return serialization.deserialize(name, custom_objects, kind="keras.losses")


def is_categorical_crossentropy(loss: Any) -> bool:
    """Whether a loss, a function or a name is the categorical cross-entropy.

    >>> import hornbeam
    >>> hornbeam.losses.is_categorical_crossentropy("categorical_crossentropy")
    True
    """
    return (
        isinstance(loss, CategoricalCrossentropy)
        or loss == "categorical_crossentropy"
        or getattr(loss, "fn", loss) is categorical_crossentropy
    )


_TOOLS = ("get", "serialize", "deserialize", "is_categorical_crossentropy")
_NAMES = {name: globals()[name] for name in __all__ if name not in _TOOLS}

if not TYPE_CHECKING:
    __getattr__ = old_names_in(__name__)
