"""The sentence for arguments that the engine refuses: shapes that do not go together, axes that are not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core.brief import brief
from hornbeam.core.tracebacks import WrongArgumentsError, instead, is_of_engine
from hornbeam.core.traced_values import asked_for_value


def refused(fn: Callable[..., Any], args: Any, kwargs: dict[str, Any], error: Exception) -> Exception:
    """What to raise instead of `error`: the sentence, or `error` where it says something else."""
    if error.__traceback__ is None or error.__traceback__.tb_next is None:  # an argument is missing
        return error
    if not is_of_engine(error) or asked_for_value(error):
        return error
    code = fn.__code__
    names = code.co_varnames[: code.co_argcount]
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount :][:1] * (len(args) - len(names))
    named = [*zip((*names, *rest), args, strict=False), *kwargs.items()]
    told = WrongArgumentsError(
        f"`{fn.__name__.strip('_')}` cannot compute with these arguments: their shapes, axes or dtypes do not go "
        f"together. Received: {', '.join(f'{name}={brief(value)}' for name, value in named)}."
    )
    return instead(told, error)
