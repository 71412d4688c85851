"""Which parameter of an estimator goes where: to the builder, to `compile`, `fit` or `predict`, or into an object.

`optimizer__learning_rate` is for the optimizer. A name without a prefix goes to all that know it.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from hornbeam.core.suggest import hint
from hornbeam.models import Model

SEPARATOR = "__"
# Whose arguments names with these prefixes are.
PREFIXES = ("model", "compile", "fit", "predict", "optimizer", "loss", "metrics", "callbacks")
# What a builder is given when it asks for it, and no user sets.
PROVIDED = ("meta", "compile_kwargs", "X", "y")


def _arguments(method: Callable[..., Any], *left_out: str) -> frozenset[str]:
    return frozenset(inspect.signature(method).parameters) - {"self", "unknown", "old_names", *left_out}


_DATA = ("x", "y", "sample_weight")
OLD_IN_FIT = dict(getattr(Model.fit, "old_names", {}))
IN_FIT = _arguments(Model.fit, *_DATA)
IN_PREDICT = _arguments(Model.predict, *_DATA)
IN_COMPILE = _arguments(Model.compile)


class Routes(NamedTuple):
    """The parameters of an estimator by where they go.

    Attributes:
        model: arguments of the builder, those that it has and somebody set.
        compile: arguments of `compile`, those that somebody set.
        fit, predict: arguments of these.
        objects: arguments of the optimizer, the loss, the metrics and the callbacks, by these names.
    """

    model: dict[str, Any]
    compile: dict[str, Any]
    fit: dict[str, Any]
    predict: dict[str, Any]
    objects: dict[str, dict[str, Any]]


def routes(params: Mapping[str, Any], builder: Any) -> Routes:
    """Where each of `params` goes.

    Args:
        params: as `get_params(deep=False)` gives them.
        builder: what makes the model.
    """
    params = {OLD_IN_FIT.get(name, name): value for name, value in params.items()}
    plain = {name: value for name, value in params.items() if SEPARATOR not in name}
    given = {name: value for name, value in plain.items() if value is not None}
    asked = arguments_of(builder)
    return Routes(
        model={name: value for name, value in given.items() if name in asked} | below(params, "model"),
        compile={name: value for name, value in given.items() if name in IN_COMPILE} | below(params, "compile"),
        fit={name: value for name, value in given.items() if name in IN_FIT} | below(params, "fit"),
        predict={name: value for name, value in given.items() if name in IN_PREDICT - IN_FIT}
        | {"verbose": plain.get("verbose", 0)}
        | below(params, "predict"),
        objects={prefix: below(params, prefix) for prefix in ("optimizer", "loss", "metrics", "callbacks")},
    )


def below(params: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The parameters whose names begin with `prefix`, without it.

    >>> below({"fit__epochs": 3, "verbose": 0}, "fit")
    {'epochs': 3}
    """
    start = prefix + SEPARATOR
    return {name.removeprefix(start): value for name, value in params.items() if name.startswith(start)}


def arguments_of(builder: Any) -> dict[str, inspect.Parameter]:
    """The arguments of a builder that have names."""
    if not callable(builder) or isinstance(builder, Model):
        return {}
    try:
        parameters = inspect.signature(builder).parameters
    except (TypeError, ValueError):  # of a builtin
        return {}
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return {name: parameter for name, parameter in parameters.items() if parameter.kind not in kinds}


def takes_any(builder: Any) -> bool:
    """Whether a builder has `**kwargs`."""
    if not callable(builder) or isinstance(builder, Model):
        return False
    try:
        parameters = inspect.signature(builder).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)


def check_names(where: str, names: Iterable[str], builder: Any, own: Iterable[str]) -> None:
    """Raise for parameters that nothing knows.

    Args:
        where: the class of the estimator.
        names: of the parameters that its constructor does not list.
        builder: what makes the model.
        own: the parameters that its constructor lists.
    """
    asked = [name for name in arguments_of(builder) if name not in PROVIDED]
    known = {*own, *asked, *IN_FIT, *IN_PREDICT, *IN_COMPILE, *OLD_IN_FIT}
    for name in names:
        prefix, separator, rest = name.partition(SEPARATOR)
        if separator and prefix in PREFIXES:
            _check_below(where, prefix, rest, builder, asked)
        elif separator or (name not in known and not takes_any(builder)):
            close = difflib.get_close_matches(prefix, PREFIXES, n=1) if separator else []
            prefixed = [f"{prefix}{SEPARATOR}{rest}" for prefix in close]
            what = f"neither `{_called(builder)}` nor `Model.fit` takes it, and no prefix says whose it is"
            raise ValueError(f"`{where}` has no parameter `{name}`: {what}.{hint(name, [*known, *prefixed])}")


def _check_below(where: str, prefix: str, name: str, builder: Any, asked: list[str]) -> None:
    known = {"model": asked, "fit": IN_FIT | OLD_IN_FIT.keys(), "predict": IN_PREDICT, "compile": IN_COMPILE}
    if prefix not in known or name in known[prefix] or (prefix == "model" and takes_any(builder)):
        return
    owner = _called(builder) if prefix == "model" else f"Model.{prefix}"
    raise ValueError(
        f"`{where}` has no parameter `{prefix}{SEPARATOR}{name}`: `{owner}` has no argument `{name}`."
        f"{hint(name, known[prefix])}"
    )


def _called(builder: Any) -> str:
    return getattr(builder, "__name__", type(builder).__name__)
