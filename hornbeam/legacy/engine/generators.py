"""Keras 2's `engine.training_generator`: the methods of models, as functions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.legacy.models import Model


def _as_function(name: str) -> Callable[..., Any]:
    """A function of a model and of what its method takes."""

    def call(model: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(model, name)(*args, **kwargs)

    _, *others = inspect.signature(inspect.unwrap(getattr(Model, name))).parameters.values()
    model = inspect.Parameter("model", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    call.__signature__ = inspect.Signature([model, *others])  # type: ignore[attr-defined]
    call.__name__, call.__doc__ = name, f"`model.{name}`."
    return call


fit_generator = _as_function("fit_generator")
evaluate_generator = _as_function("evaluate_generator")
predict_generator = _as_function("predict_generator")
