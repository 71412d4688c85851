"""`Space`: what the parameters of a search may be."""

from __future__ import annotations

import inspect
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from hornbeam.core.suggest import hint

#: Arguments of `fit` that may be searched, too.
OF_FIT = ("epochs", "batch_size", "shuffle", "class_weight")


class Space:
    """A list of choices, a range or a scipy distribution for each parameter.

    Args:
        space: these by name.
        build: the function that they are given to; `epochs`, `batch_size`, `shuffle` and `class_weight` go to `fit`
            where it does not take them.

    Raises:
        ValueError: for a name that neither takes.
        TypeError: for values that nothing can be chosen from.
    """

    def __init__(self, space: Mapping[str, Any], build: Callable[..., Any]):
        if not isinstance(space, Mapping) or not space:
            raise TypeError(
                "`space` must be a dict such as {'units': [16, 32], 'rate': scipy.stats.loguniform(1e-4, 1e-1)}. "
                f"Received: {space!r}."
            )
        check_names(build, space, "space")
        self.values = {name: _choices(name, value) for name, value in space.items()}

    @property
    def size(self) -> int | None:
        """How many candidates there are; `None` where a distribution makes them countless."""
        lists = list(self.values.values())
        return math.prod(map(len, lists)) if all(isinstance(value, list) for value in lists) else None

    def grid(self) -> list[dict[str, Any]]:
        """All candidates."""
        for name, value in self.values.items():
            if not isinstance(value, list):
                raise ValueError(
                    f"`grid` needs a list or a range for each parameter. Received: {name}={shown(value)}; list values, "
                    "or use `random`."
                )
        return [dict(zip(self.values, chosen)) for chosen in itertools.product(*self.values.values())]

    def sample(self, n: int, random: np.random.Generator) -> list[dict[str, Any]]:
        """`n` candidates; different ones, and at most as many as there are, where all parameters are lists."""
        if self.size is not None:
            all_of_them = self.grid() if self.size <= 100_000 else None
            if all_of_them is not None:
                return [all_of_them[i] for i in random.permutation(len(all_of_them))[:n]]
        return [{name: _drawn(value, random) for name, value in self.values.items()} for _ in range(n)]

    def __repr__(self) -> str:
        return ", ".join(f"{name}={shown(value)}" for name, value in self.values.items())


def check_names(build: Callable[..., Any], names: Sequence[str] | Mapping[str, Any], what: str) -> None:
    """Raise for a name that neither the function nor `fit` takes."""
    if not callable(build):
        raise TypeError(f"`build` must be a function that returns a compiled model. Received: {build!r}.")
    takes, takes_all = parameters_of(build)
    unknown = [name for name in names if name not in (*takes, *OF_FIT)]
    if unknown and not takes_all:
        known = [*takes, *OF_FIT]
        raise ValueError(
            f"`{what}` must name parameters of `{name_of(build)}` ({', '.join(takes) or 'it has none'}) or of `fit` "
            f"({', '.join(OF_FIT)}). Received: {unknown[0]!r}.{hint(unknown[0], known)}"
        )


def parameters_of(build: Callable[..., Any]) -> tuple[list[str], bool]:
    """The names of a function's parameters, and whether it takes any other."""
    parameters = inspect.signature(build).parameters.values()
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    takes_all = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)
    return [parameter.name for parameter in parameters if parameter.kind in by_name], takes_all


def name_of(build: Any) -> str:
    """What to call a function in a message."""
    inner = getattr(build, "func", build)  # of a `functools.partial`
    return getattr(inner, "__name__", type(inner).__name__)


def shown(value: Any) -> str:
    """A value in words that are the same in every process."""
    if is_distribution(value):
        given = [*map(str, value.args), *(f"{name}={argument}" for name, argument in value.kwds.items())]
        return f"{value.dist.name}({', '.join(given)})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={shown(item)}" for name, item in value.items())
    if isinstance(value, float):
        return f"{value:.6g}"
    return getattr(value, "__qualname__", None) or re.sub(r" at 0x[0-9a-f]+", "", repr(value))


def is_distribution(value: Any) -> bool:
    """Whether scipy's random variables, or something like them, can be drawn from this."""
    return callable(getattr(value, "rvs", None))


def _choices(name: str, value: Any) -> Any:
    if is_distribution(value):
        return value
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, list | tuple | range | np.ndarray | set):
        raise TypeError(
            f"`space[{name!r}]` must be a list of values, a range or a scipy distribution. Received: {value!r}; one "
            f"value goes in a list: [{value!r}]."
        )
    values = [_plain(item) for item in value]
    if not values:
        raise ValueError(f"`space[{name!r}]` must have at least one value. Received: {value!r}.")
    return values


def _drawn(value: Any, random: np.random.Generator) -> Any:
    if isinstance(value, list):
        return value[int(random.integers(len(value)))]
    return _plain(value.rvs(random_state=random))


def _plain(value: Any) -> Any:
    """A scalar of NumPy as Python's: builders put them into configs and compare them."""
    return value.item() if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0 else value
