"""What a fingerprint sees: objects that a program cannot tell apart are equal, and no change goes unseen."""

import collections
import contextvars
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import os
import random
import re
import threading
import types
import uuid
import weakref

import numpy as np
import pytest

from hornbeam import layers
from hornbeam.core.fingerprint import Fingerprint

FACTOR = 2.0


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Level(enum.IntEnum):
    LOW = 1


@dataclasses.dataclass
class Settings:
    scale: float = 1.0
    names: list = dataclasses.field(default_factory=lambda: ["a", "b"])


class Slotted:
    __slots__ = ("items",)

    def __init__(self):
        self.items = [1]


class Names(list):
    pass


class Rate(float):
    pass


class Cached:
    @functools.cached_property
    def twice(self):
        return FACTOR * 2


@functools.lru_cache
def cached(x):
    return x * FACTOR


def scaled(x, by=2.0, *, plus=(1, 2)):
    return x * by * FACTOR + plus[0]


class Holder:
    """Somebody's object with one attribute."""

    def __init__(self, value):
        self.value = value


def same(value):
    return lambda: value


KINDS = {
    "int": same(1),
    "float": same(2.5),
    "nan": same(float("nan")),
    "complex": same(1j),
    "list": lambda: [1, [2, {"a": {3}}]],
    "dict": lambda: {"a": {1: 2}, (1, 2): None},
    "set": lambda: {1, 2, 3},
    "frozenset": lambda: frozenset([1]),
    "list of its own class": lambda: Names([1, 2]),
    "number of its own class": lambda: Rate(0.5),
    "deque": lambda: collections.deque([1, [2]], maxlen=3),
    "defaultdict": lambda: collections.defaultdict(list, a=[1]),
    "OrderedDict": lambda: collections.OrderedDict(a=1, b=2),
    "Counter": lambda: collections.Counter("abba"),
    "SimpleNamespace": lambda: types.SimpleNamespace(a=[1]),
    "mappingproxy": lambda: types.MappingProxyType({"a": [1]}),
    "enum": same(Color.RED),
    "int of an enum": same(Level.LOW),
    "dataclass": Settings,
    "slots": Slotted,
    "Decimal": lambda: decimal.Decimal("2.0"),
    "Fraction": lambda: fractions.Fraction(1, 2),
    "datetime": lambda: datetime.datetime(2020, 1, 1),
    "UUID": lambda: uuid.UUID(int=3),
    "pattern": lambda: re.compile("a+"),
    "bytearray": lambda: bytearray(b"a"),
    "slice": lambda: slice(1, [2]),
    "range": lambda: range(3),
    "type": same(list[int]),
    "array": lambda: np.arange(3.0),
    "large array": lambda: np.zeros(100_000),
    "array of objects": lambda: np.array([1, "a", [2]], object),
    "NumPy's number": lambda: np.float32(2),
    "dtype": lambda: np.dtype("float32"),
    "NumPy's generator": lambda: np.random.default_rng(0),
    "NumPy's old generator": lambda: np.random.RandomState(0),
    "Python's generator of numbers": lambda: random.Random(0),
    "function": same(scaled),
    "lambda": lambda: lambda x: x + FACTOR,
    "closure": lambda: (lambda y: lambda x: x + y)([1]),
    "partial": lambda: functools.partial(scaled, by=3.0),
    "bound method": lambda: Holder(1).__init__,
    "bound method in C": lambda: [1].append,
    "cached function": same(cached),
    "cached property": Cached,
    "os.getenv": same(os.getenv),
    "os.environ": same(os.environ),
    "a module": same(os),
    "weak reference": lambda: weakref.ref(Settings),
    "context variable": same(contextvars.ContextVar("factor", default=2)),
    "exception": lambda: ValueError(1),
    "NumPy's function": same(np.where),
    "ufunc": same(np.add),
    "layer": lambda: layers.Dense(3),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_two_of_a_kind_are_equal_and_hold(make):
    first, second = Fingerprint(Holder(make())), Fingerprint(Holder(make()))
    assert first.is_shareable and second.is_shareable
    assert first.key == second.key and hash(first.key) == hash(second.key)
    assert first.holds() and second.holds()


OPAQUE = {
    "lock": threading.Lock,
    "file": lambda: open(os.devnull),  # noqa: SIM115
    "generator": lambda: (x for x in [1]),
    "iterator": lambda: iter([1]),
    "local": threading.local,
    "reading a file": lambda: lambda x: x * len(open("x").read()),  # noqa: SIM115
}


@pytest.mark.parametrize("make", OPAQUE.values(), ids=OPAQUE)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_cannot_be_looked_into_equals_itself_alone(make):
    first, second = Holder(make()), Holder(make())
    seen = Fingerprint(first)
    assert not seen.is_shareable and seen.holds()
    assert seen.key == Fingerprint(first).key
    if not callable(first.value):
        assert seen.key != Fingerprint(second).key
