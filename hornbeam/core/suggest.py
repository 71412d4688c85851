"""What was probably meant by a name that nothing is called: "Did you mean ...?"."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from typing import Any


def plain(name: str) -> str:
    """`name` without what people write one way or the other."""
    return name.lower().replace("_", "")


def hint(name: str, names: Iterable[str], likeness: float = 0.5) -> str:
    """A sentence with the names that look like `name`, by the share of letters given, or nothing.

    >>> hint("learning_rte", ["learning_rate", "momentum"])
    " Did you mean 'learning_rate'?"
    """
    spellings = {plain(known): known for known in names}
    return question(
        spellings[match] for match in difflib.get_close_matches(plain(name), spellings, n=3, cutoff=likeness)
    )


def question(names: Iterable[str]) -> str:
    """The sentence that offers these names, or nothing."""
    offered = " or ".join(map(repr, names))
    return f" Did you mean {offered}?" if offered else ""


def suggestion(name: str, names: Iterable[str]) -> str:
    """The hint as a sentence that follows another one; none about names that begin with an underscore."""
    found = "" if name.startswith("_") else hint(name, [known for known in names if not known.startswith("_")])
    return f".{found}" if found else ""


class UnknownArgumentError(TypeError, ValueError):
    """A keyword that nothing takes: a `TypeError` to Python, a `ValueError` to Keras's layers and optimizers."""


def no_argument(where: str, unknown: Iterable[str], known: Iterable[str]) -> UnknownArgumentError:
    """The error about keywords that a class or function does not have.

    >>> no_argument("Dense", ["activaton"], ["units", "activation"])
    UnknownArgumentError("`Dense` has no argument `activaton`. Did you mean 'activation'?")
    """
    names = list(unknown)
    shown = ", ".join(f"`{name}`" for name in names)
    return UnknownArgumentError(f"`{where}` has no argument {shown}.{hint(names[0], known)}")


def reject(unknown: dict[str, Any], fn: Callable[..., Any]) -> None:
    """Raise if there are keywords that `fn` does not have."""
    if unknown:
        raise no_argument(fn.__name__, unknown, inspect.signature(fn).parameters)
