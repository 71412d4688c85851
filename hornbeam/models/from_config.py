"""`compile_from_config`: a model is compiled as its config says, where its class can be."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.training.arguments import CompileArguments


def compile_from_config(model: Any, config: dict[str, Any], usual: Callable[..., Any]) -> None:
    """Call `compile` of the model's class with what `get_compile_config` gave.

    A `compile` of the user's that takes more than the `usual` one would miss that: the model stays uncompiled then.
    """
    compile = type(model).compile
    if further := _further_arguments(compile, usual):
        warn_caller(
            f"Model `{model.name}` must be compiled anew before training: `compile` of `{type(model).__name__}` takes "
            f"`{further[0]}`, which is not stored; override `get_compile_config` and `compile_from_config` to store it."
        )
        return
    compile(model, **CompileArguments.from_config(config))
    if model.built and hasattr(model.optimizer, "build"):
        model.optimizer.build(model.trainable_variables)


def _further_arguments(compile: Callable[..., Any], usual: Callable[..., Any]) -> list[str]:
    known = inspect.signature(usual).parameters
    _, *given = inspect.signature(compile).parameters.values()
    return [p.name for p in given if p.name not in known and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
