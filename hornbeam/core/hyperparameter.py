"""`Hyperparameter`: a number among an object's settings that compiled programs take as an argument.

    class Dropout(Layer):
        rate = Hyperparameter(below=1)

Reading `self.rate` gives the number, and inside a program that is being compiled the program's argument: another rate
then needs no other program. Whether it is set at all stays part of the structure; ask with `is_on`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hornbeam.core.running import running, under


class Hyperparameter:
    """A number between 0 and `below`; any other value (0, `None`, an array) is part of the structure."""

    def __init__(self, below: float = math.inf):
        self.below = below

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, holder: Any, owner: type) -> Any:
        if holder is None:
            return self
        values = running.hyperparameters
        if values is not None and (value := values.get((id(holder), self.name))) is not None:
            return value
        try:
            return vars(holder)[self.name]
        except KeyError:
            raise AttributeError(f"`{owner.__name__}` has no attribute `{self.name}` yet.") from None

    def __set__(self, holder: Any, value: Any) -> None:
        vars(holder)[self.name] = value

    def is_argument(self, value: Any) -> bool:
        """Whether programs take this value as an argument."""
        return type(value) in (int, float) and 0 < value < self.below


def is_on(holder: Any, name: str) -> bool:
    """Whether a hyperparameter is set and not 0: all that the structure of a program may depend on."""
    return bool(vars(holder)[name])


def given(places: Sequence[tuple[Any, str]], values: Sequence[Any]) -> under:
    """Inside, the hyperparameters `(holder, name)` read as these values."""
    by_place = {(id(holder), name): value for (holder, name), value in zip(places, values, strict=True)}
    return under(hyperparameters=by_place)
