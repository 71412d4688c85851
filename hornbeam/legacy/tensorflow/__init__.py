"""What scripts written for Keras use of TensorFlow, on Hornbeam's own arrays.

renamed.py     tables of functions that `ops` has under another name
functions.py   functions whose arguments differ
further.py     functions that `ops` has not
dtypes.py      tf.float32 and the others
session.py     tf.Session, which computes tensors of graphs
data, math, nn, linalg, random, image, io, train, config, logging, test, distribute: the modules of these names

Arrays answer `.numpy()`. What is not here is an error that says what to use.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.legacy.tensorflow import dtypes, functions, renamed, session

__version__ = "2.20.0"  # whose Keras is of the API's version, for scripts that ask

engine.answer_numpy()
_arrays: Any = type(engine.asarray(np.float32(0)))
_arrays.set_shape = lambda self, shape: None  # which an array has

_MODULES = ("config", "data", "distribute", "image", "io", "linalg", "logging", "math", "nn", "random", "test", "train")
_KERAS = {
    "keras": "hornbeam",
    "initializers": "hornbeam.initializers",
    "losses": "hornbeam.losses",
    "metrics": "hornbeam.metrics",
    "optimizers": "hornbeam.optimizers",
}
_CLASSES = {"GradientTape": "gradient_tape", "DType": "dtypes", "as_dtype": "dtypes"}
_GONE = {
    "placeholder": "`keras.Input`",
    "estimator": "a `keras.Model`",
    "layers": "`keras.layers`",
    "contrib": "`keras.layers` and `keras.ops`",
    "saved_model": "`model.save` and `keras.models.load_model`",
    "feature_column": "the layers of `keras.layers` for columns: `Normalization`, `Discretization`, `StringLookup`",
    "tpu": "one device",
    "strings": "Python's own strings, or `Dataset.map`",
    "summary": "the callback `TensorBoard`, whose `summary` writes numbers, histograms and images",
    "lite": "`model.save`",
    "Module": "a `keras.Model`",
    "numpy_function": "`Dataset.map`, which calls Python as it is",
    "py_function": "`Dataset.map`, which calls Python as it is",
}


class TensorShape(tuple):
    """Sizes, as a tuple that answers `as_list` and `rank`."""

    def as_list(self) -> list[Any]:
        return list(self)

    @property
    def rank(self) -> int:
        return len(self)

    ndims = rank


def device(name: Any) -> Any:
    """What `hornbeam.device` gives, for TensorFlow's names as well."""
    return importlib.import_module("hornbeam").device(str(name).strip("/").lower().replace("device:", ""))


def executing_eagerly() -> bool:
    """True: operations on values give values."""
    return True


def get_logger() -> Any:
    """A logger to be silenced, as scripts do."""
    return importlib.import_module("logging").getLogger("tensorflow")


def disable_eager_execution() -> None:
    """Nothing: functional models are graphs, and all else has values."""


enable_eager_execution = disable_v2_behavior = enable_v2_behavior = disable_eager_execution
newaxis = None


def set_random_seed(seed: int) -> None:
    """What `tf.random.set_seed` does."""
    importlib.import_module("hornbeam.legacy.tensorflow.random").set_seed(seed)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _KERAS:
        return importlib.import_module(_KERAS[name])
    if name in dtypes.NAMES:
        return dtypes.DType(name)
    for module in (functions, session, _further()):
        if name in module.__all__:
            return getattr(module, name)
    if name in _CLASSES:
        return getattr(importlib.import_module(f"{__name__}.{_CLASSES[name]}"), name)
    if name in ("Tensor", "EagerTensor"):
        return type(engine.asarray(np.float32(0)))
    found = renamed.find("tensorflow", name)
    if found is None:
        raise missing("tf", name)
    return found


def _further() -> Any:
    return importlib.import_module(f"{__name__}.further")


def missing(module: str, name: str) -> AttributeError:
    """The error for a name of TensorFlow that Hornbeam has nothing for."""
    if name.startswith("__"):
        return AttributeError(name)
    instead = _GONE.get(name, "a function of `keras.ops`, which has what TensorFlow's arrays need")
    return AttributeError(f"Hornbeam stands in for `tensorflow` here, and has no `{module}.{name}`: use {instead}.")
