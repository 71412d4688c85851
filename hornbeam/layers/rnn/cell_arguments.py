"""Arguments written once: a recurrent cell takes those of its layer that are not about sequences."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec

P = ParamSpec("P")

_OF_SEQUENCES = ("activity_regularizer", "use_cudnn")


def arguments_of(layer: Callable[P, Any]) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, P], None]]:
    """Give a cell's constructor the signature and the docs of `layer`, without what `RNN` takes; the seed comes last.

    The layer has these arguments as properties, which read those of its cell.

    The constructor that is decorated gets the arguments as one dictionary, and those of any layer by keyword. For type
    checkers it takes all that `layer` takes: that some of it is left out is known at run time only.
    """
    signature = _signature(layer)
    for name in [name for name in signature.parameters if name not in ("self", "kwargs")]:
        setattr(layer, name, _of_cell(name))

    def decorate(init: Callable[..., None]) -> Callable[Concatenate[Any, P], None]:
        @functools.wraps(init)
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            try:
                bound = signature.bind(self, *args, **kwargs)
            except TypeError as error:
                raise TypeError(f"`{type(self).__name__}`: {error}.") from None
            bound.apply_defaults()
            of_any_layer = bound.arguments.pop("kwargs")
            del bound.arguments["self"]
            init(self, bound.arguments, **of_any_layer)

        __init__.__signature__ = signature  # type: ignore[attr-defined]
        __init__.__doc__ = "\n".join(["Args:", *_docs(layer, set(signature.parameters))])
        return __init__

    return decorate


def _of_cell(name: str) -> property:
    return property(lambda self: getattr(self.cell, name), doc=f"`{name}` of the cell.")


def _signature(layer: Any) -> inspect.Signature:
    """That of a cell's constructor."""
    left_out = {"seed", *_OF_SEQUENCES, *inspect.signature(layer.__base__).parameters} - {"kwargs"}
    *parameters, kwargs = inspect.signature(layer.__init__).parameters.values()
    own = [p for p in parameters if p.name not in left_out]
    seed = [p for p in parameters if p.name == "seed"]
    return inspect.Signature([*own, *seed, kwargs])


def _docs(layer: Any, names: set[str]) -> Iterator[str]:
    """The lines about `names` among those about the arguments of `layer`."""
    lines = inspect.cleandoc(layer.__doc__ or "").partition("\nArgs:\n")[2].partition("\n\n")[0]
    for entry in re.split(r"\n(?=    \w)", lines):
        documented, _, text = entry.strip().partition(": ")
        kept = [name for name in documented.split(", ") if name in names]
        if kept:
            yield f"    {', '.join(kept)}: {text}"


def check_use_cudnn(layer: Any, value: Any) -> Any:
    """`use_cudnn`, if it is one of those that Keras has."""
    if value not in ("auto", True, False, None):
        raise ValueError(
            f"`use_cudnn` of `{type(layer).__name__}` must be 'auto', True or False. Received: use_cudnn={value!r}."
        )
    return value
