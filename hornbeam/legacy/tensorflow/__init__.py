"""What scripts written for Keras use of TensorFlow, on Hornbeam's own arrays.

renamed.py     tables of functions that `ops` has under another name
functions.py   functions whose arguments differ
further.py     functions that `ops` has not
dtypes.py      tf.float32 and the others
session.py     tf.Session, which computes tensors of graphs
missing.py     the error for what is not here
data, math, nn, linalg, random, image, io, strings, train, summary, lookup, ...: the modules of these names

Arrays answer `.numpy()`. What is not here is an error that says what to use.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.shape import Shape
from hornbeam.legacy.tensorflow import dtypes, functions, renamed, session
from hornbeam.legacy.tensorflow.missing import missing

__version__ = "2.20.0"  # whose Keras is of the API's version, for scripts that ask

engine.answer_numpy()
engine.answer("set_shape", lambda self, shape: None)  # which an array has

_MODULES = """
    autograph config data debugging distribute errors image io linalg logging lookup math nest nn ragged random
    signal strings summary test train version
""".split()
_KERAS = {
    "keras": "hornbeam",
    "initializers": "hornbeam.initializers",
    "losses": "hornbeam.losses",
    "metrics": "hornbeam.metrics",
    "optimizers": "hornbeam.optimizers",
}
_CLASSES = {
    "GradientTape": "gradient_tape",
    "DType": "dtypes",
    "as_dtype": "dtypes",
    "Module": "module",
    "TensorArray": "tensor_array",
    "Variable": "variable",
    "IndexedSlices": "variable",
    "RaggedTensor": "ragged",
    **dict.fromkeys(("case", "foldl", "foldr", "scan", "switch_case", "vectorized_map"), "stepping"),
    **dict.fromkeys(("TensorSpec", "assign", "assign_add", "assign_sub"), "assigning"),
}


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
newaxis, TensorShape = None, Shape


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
    if name == "Summary":
        return importlib.import_module(f"{__name__}.summary").OldSummary
    if name in ("Tensor", "EagerTensor"):
        return type(engine.asarray(np.float32(0)))
    found = renamed.find("tensorflow", name)
    if found is None:
        raise missing("tf", name)
    return found


def _further() -> Any:
    return importlib.import_module(f"{__name__}.further")
