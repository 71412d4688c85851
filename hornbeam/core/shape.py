"""`Shape`: sizes as a tuple that also answers what shapes of TensorFlow answer, for layers written for those."""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, SupportsIndex

import numpy as np


class Shape(tuple[Any, ...]):
    """Sizes, `None` for unknown ones.

    >>> (Shape([None, 8])[:-1] + [3]).as_list()
    [None, 3]
    """

    __slots__ = ()

    def as_list(self) -> list[int | None]:
        """The sizes in a list."""
        return [None if n is None else int(n) for n in self]

    @property
    def rank(self) -> int:
        return len(self)

    ndims = rank

    @property
    def dims(self) -> list[Any]:
        return list(self)

    def numpy(self) -> np.ndarray:
        """The sizes, all of which are known, as an array."""
        return np.array([int(n) for n in self], np.int32)

    def is_fully_defined(self) -> bool:
        """Whether all sizes are known."""
        return None not in self

    def num_elements(self) -> int | None:
        """The product of the sizes; `None` unless all are known."""
        return int(np.prod([int(n) for n in self])) if self.is_fully_defined() else None

    def concatenate(self, other: Iterable[Any]) -> Shape:
        """These sizes, and others behind them."""
        return Shape((*self, *other))

    __add__ = concatenate

    def __radd__(self, other: Iterable[Any]) -> Shape | list[Any]:
        # Python asks here for `sizes += x.shape`, too; who has a list goes on with one, as JAX's own code does.
        return [*other, *self] if isinstance(other, list) else Shape((*other, *self))

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        found = super().__getitem__(key)
        return type(self)(found) if isinstance(key, slice) else found


class Sizes(Shape):
    """Sizes that are calculated with one by one, as those that `tf.shape` and `K.shape` gave.

    >>> Sizes((3, 4)) * 2
    (6, 8)
    """

    __slots__ = ()


def _one_by_one(name: str) -> Callable[[Sizes, Any], Any]:
    function = getattr(operator, name.removeprefix("r") if name[0] == "r" else name)

    def method(self: Sizes, other: Any) -> Any:
        if isinstance(other, list | tuple) and not isinstance(other, Sizes):
            return NotImplemented if "add" not in name else getattr(super(Sizes, self), f"__{name}__")(other)
        if getattr(other, "shape", ()) != ():  # an array
            return NotImplemented if name[0] == "r" else function(np.array(self), other)
        others = other if isinstance(other, Sizes) else [other] * len(self)
        pairs = zip(others, self, strict=True) if name[0] == "r" else zip(self, others, strict=True)
        return Sizes(function(a, b) for a, b in pairs)

    return method


for _name in ("add", "sub", "mul", "floordiv", "truediv", "mod"):
    setattr(Sizes, f"__{_name}__", _one_by_one(_name))
    setattr(Sizes, f"__r{_name}__", _one_by_one(f"r{_name}"))


def as_tuples(nested: Any) -> Any:
    """What is nested in lists, tuples and dictionaries, with `Shape`s as plain tuples, whose sizes may be tensors."""
    if isinstance(nested, dict):
        return {key: as_tuples(item) for key, item in nested.items()}
    if isinstance(nested, Shape) or type(nested) in (list, tuple):
        return (list if isinstance(nested, list) else tuple)(map(as_tuples, nested))
    return nested


def shapes_of(nested: Any) -> Any:
    """Tuples of sizes, in lists and dictionaries, as `Shape`s."""
    if isinstance(nested, dict):
        return {key: shapes_of(item) for key, item in nested.items()}
    if isinstance(nested, list) or (isinstance(nested, tuple) and any(isinstance(x, list | tuple) for x in nested)):
        return type(nested)(map(shapes_of, nested))
    return Shape(nested) if isinstance(nested, tuple) else nested


def asked_with(shapes: Sequence[Any], function: Callable[..., Any]) -> Any:
    """What a user's function of shapes gives for `Shape`s; and if it fails on them, as code may that asks whether
    `type(shape) is tuple`, for plain tuples."""
    try:
        return function(*shapes_of(shapes))
    except (AttributeError, IndexError, TypeError):
        with contextlib.suppress(Exception):
            return function(*shapes)
        raise
