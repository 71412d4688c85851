"""Hornbeam: the Keras API, small and fast, on JAX or PyTorch.

Names are imported when they are first used, so `import hornbeam` itself takes no time and loads no engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_MODULES = frozenset(
    """
    activations applications backend callbacks config constraints datasets distillation dtype_policies initializers
    layers losses metrics mixed_precision models ops optimizers preprocessing random regularizers saving search tree
    utils visualization wrappers legacy
    """.split()
)
_HOMES = {
    "hornbeam.core.policies": ("DTypePolicy", "FloatDTypePolicy"),
    "hornbeam.core.remat": ("RematScope", "remat"),
    "hornbeam.core.renaming.notice": ("OldNameWarning",),
    "hornbeam.core.scopes": ("StatelessScope", "SymbolicScope", "device", "name_scope"),
    "hornbeam.core.variable": ("Variable",),
    "hornbeam.initializers": ("Initializer",),
    "hornbeam.layers": ("Input", "InputSpec", "Layer"),
    "hornbeam.losses": ("Loss",),
    "hornbeam.metrics": ("Metric",),
    "hornbeam.models": ("Functional", "Model", "Sequential"),
    "hornbeam.models.function": ("Function",),
    "hornbeam.ops.operation": ("Operation",),
    "hornbeam.ops.operators": ("KerasTensor", "SymbolicTensor"),  # which it gives their operators
    "hornbeam.optimizers": ("Optimizer",),
    "hornbeam.regularizers": ("Regularizer",),
}
_NAMES = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "DTypePolicy", "FloatDTypePolicy", "Function", "Functional", "Initializer", "Input", "InputSpec", "KerasTensor",
    "Layer", "Loss", "Metric", "Model", "OldNameWarning", "Operation", "Optimizer", "Regularizer", "RematScope",
    "Sequential", "StatelessScope", "SymbolicScope", "SymbolicTensor", "Variable", "activations", "applications",
    "backend", "callbacks", "config", "constraints", "datasets", "device", "distillation", "dtype_policies",
    "initializers", "layers", "legacy", "losses", "metrics", "mixed_precision", "models", "name_scope", "ops",
    "optimizers", "preprocessing", "random", "regularizers", "remat", "saving", "search", "tree", "utils", "version",
    "visualization", "wrappers",
]  # fmt: skip

if TYPE_CHECKING:
    from hornbeam import (
        activations,
        applications,
        backend,
        callbacks,
        config,
        constraints,
        datasets,
        distillation,
        dtype_policies,
        initializers,
        layers,
        legacy,
        losses,
        metrics,
        mixed_precision,
        models,
        ops,
        optimizers,
        preprocessing,
        random,
        regularizers,
        saving,
        search,
        tree,
        utils,
        visualization,
        wrappers,
    )
    from hornbeam.core.policies import DTypePolicy, FloatDTypePolicy
    from hornbeam.core.remat import RematScope, remat
    from hornbeam.core.renaming.notice import OldNameWarning
    from hornbeam.core.scopes import StatelessScope, SymbolicScope, device, name_scope
    from hornbeam.core.symbolic import KerasTensor, SymbolicTensor
    from hornbeam.core.variable import Variable
    from hornbeam.initializers import Initializer
    from hornbeam.layers import Input, InputSpec, Layer
    from hornbeam.losses import Loss
    from hornbeam.metrics import Metric
    from hornbeam.models import Functional, Model, Sequential
    from hornbeam.models.function import Function
    from hornbeam.ops.operation import Operation
    from hornbeam.optimizers import Optimizer
    from hornbeam.regularizers import Regularizer


def version() -> str:
    """The version of Hornbeam."""
    return __version__


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"hornbeam.{name}")
    if name in _NAMES:
        value = getattr(importlib.import_module(_NAMES[name]), name)
        globals()[name] = value
        return value
    return importlib.import_module("hornbeam.core.renaming.names").old_names_in("hornbeam")(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
