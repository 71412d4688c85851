"""What a fingerprint sees: objects that a program cannot tell apart are equal, and no change goes unseen."""

import builtins
import collections
import contextvars
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import gc
import operator
import os
import random
import re
import sys
import threading
import time
import types
import uuid
import weakref

import numpy as np
import pytest

import hornbeam
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


class Base:
    factor = 2


class Derived(Base):
    table = {"a": [1]}

    def __init__(self, value=1):
        self.value = value

    @property
    def twice(self):
        return 2 * self.value

    @staticmethod
    def plus():
        return 1


class Other(Base):
    pass


class Meta(type):
    factor = 1


class Made(metaclass=Meta):
    pass


def set_item(key, value):
    return lambda holder: operator.setitem(holder.value, key, value)


def set_on(name, value):
    return lambda holder: setattr(holder.value, name, value)


def set_default(holder):
    holder.value.__wrapped__.__defaults__ = (2,)


def behind(view):
    return gc.get_referents(view)[0]


def rename(holder):
    holder.new = vars(holder).pop("value")


def counted():
    count = 0

    def add(x):
        nonlocal count
        count += 1
        return x + count

    return add


def decorated(function):
    @functools.wraps(function)
    def wrapper(x):
        return function(x) * 2

    return wrapper


# What is there, and a change of it.
CHANGES = {
    "another number": (same(1), lambda h: setattr(h, "value", 2)),
    "2 becomes 2.0": (same(2), lambda h: setattr(h, "value", 2.0)),
    "True becomes 1": (same(True), lambda h: setattr(h, "value", 1)),
    "0.0 becomes -0.0": (same(0.0), lambda h: setattr(h, "value", -0.0)),
    "an attribute more": (same(1), lambda h: setattr(h, "more", None)),
    "an attribute less": (same(1), lambda h: delattr(h, "value")),
    "an attribute of another name": (same(1), rename),
    "another class": (Derived, lambda h: setattr(h.value, "__class__", Other)),
    "item of a list": (lambda: [1, 2], set_item(0, 3)),
    "order of a list": (lambda: [1, 2], lambda h: h.value.reverse()),
    "deep in a list": (lambda: [1, ([2], 3)], lambda h: h.value[1][0].append(1)),
    "from one list to the next": (lambda: ([1], []), lambda h: h.value[1].append(h.value[0].pop())),
    "item of a list in a list": (lambda: [[1, 2], [3]], lambda h: h.value[1].insert(0, h.value[0].pop())),
    "value in a dict": (lambda: {"a": 1}, set_item("a", True)),
    "key of a dict": (lambda: {"a": 1, "b": 2}, lambda h: (h.value.pop("b"), h.value.update(c=2))),
    "key of a dict by number": (lambda: {1: "a"}, lambda h: (h.value.clear(), h.value.update({True: "a"}))),
    "key of its own class": (lambda: {Derived(): 1}, lambda h: setattr(next(iter(h.value)), "value", 2)),
    "element of a set": (lambda: {1, 2}, lambda h: h.value.add(3)),
    "list of its own class": (lambda: Names([1]), lambda h: h.value.append(2)),
    "attribute of a list": (lambda: Names([1]), set_on("x", 1)),
    "slot": (Slotted, set_on("items", [2])),
    "list in a slot": (Slotted, lambda h: h.value.items.append(2)),
    "deque": (lambda: collections.deque([1]), lambda h: h.value.append(2)),
    "default of a defaultdict": (lambda: collections.defaultdict(list), set_on("default_factory", dict)),
    "OrderedDict": (lambda: collections.OrderedDict(a=1, b=1), lambda h: h.value.move_to_end("a")),
    "Counter": (lambda: collections.Counter("ab"), lambda h: h.value.update("a")),
    "SimpleNamespace": (lambda: types.SimpleNamespace(a=1), set_on("a", 2)),
    "dataclass": (Settings, set_on("scale", 2.0)),
    "list in a dataclass": (Settings, lambda h: h.value.names.append("c")),
    "array": (lambda: np.zeros(3), set_item(0, 1)),
    "large array": (lambda: np.zeros(100_000), set_item(99_999, 1)),
    "array's shape": (lambda: np.zeros((2, 3)), set_on("shape", (3, 2))),
    "array of objects": (lambda: np.array([1, "a"], object), set_item(0, 1.0)),
    "bytearray": (lambda: bytearray(b"ab"), set_item(0, 1)),
    "NumPy's generator": (lambda: np.random.default_rng(0), lambda h: h.value.random()),
    "NumPy's old generator": (lambda: np.random.RandomState(0), lambda h: h.value.rand()),
    "Python's generator of numbers": (lambda: random.Random(0), lambda h: h.value.random()),
    "closure": (counted, lambda h: h.value(1)),
    "list in a closure": (lambda: (lambda y: lambda: y)([1]), lambda h: h.value().append(1)),
    "default": (lambda: lambda x, y=1: x + y, set_on("__defaults__", (2,))),
    "keyword's default": (lambda: lambda x, *, y=1: x + y, lambda h: h.value.__kwdefaults__.update(y=2)),
    "code": (lambda: lambda x: x, set_on("__code__", (lambda x: x + 1).__code__)),
    "function's attribute": (lambda: lambda x: x, set_on("factor", 2)),
    "decorated function": (lambda: decorated(lambda x, y=1: x), set_default),
    "cached function": (lambda: functools.lru_cache(lambda x, y=1: x), set_default),
    "list in a partial": (lambda: functools.partial(scaled, by=[1]), lambda h: h.value.keywords["by"].append(2)),
    "object of a method": (lambda: Derived().__init__, lambda h: setattr(h.value.__self__, "value", 3)),
    "object of a method in C": (lambda: [1].append, lambda h: h.value(2)),
    "cached property": (Cached, lambda h: h.value.twice),
    "what a view shows": (lambda: types.MappingProxyType({"a": 1}), lambda h: behind(h.value).update(a=2)),
}


@pytest.mark.parametrize(("make", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(make, change):
    holder = Holder(make())
    before = Fingerprint(holder)
    assert before.is_shareable and before.holds()
    change(holder)
    assert not before.holds()
    assert Fingerprint(holder).key != before.key


@pytest.fixture
def package(monkeypatch):
    """A package with a module in it, as `import package.sub` gives it."""
    top, sub = types.ModuleType("package"), types.ModuleType("package.sub")
    top.sub, top.scale, sub.scale, sub.table = sub, 1, 1, {"scale": 1}
    monkeypatch.setitem(sys.modules, "package", top)
    monkeypatch.setitem(sys.modules, "package.sub", sub)
    monkeypatch.setitem(globals(), "package", top)
    monkeypatch.setitem(globals(), "alias", sub)
    return top


def function_that(body):
    """A function `x -> body` over this module's globals."""
    function = {}
    exec(f"def call(x):\n    {body}", globals(), function)
    return function["call"]


def class_that(body):
    return type("User", (), {"call": function_that(body)})


def patch(holder, name, value):
    return lambda monkeypatch, package: monkeypatch.setattr(holder(package), name, value, raising=False)


def environment(monkeypatch, package):
    monkeypatch.setenv("SCALE", "3")


def patch_global(name, value):
    return lambda monkeypatch, package: monkeypatch.setitem(globals(), name, value)


# What the body of a function reads, and a change of it.
READS = {
    "global": ("return x * FACTOR", patch_global("FACTOR", 3.0)),
    "global in a lambda": ("return (lambda y: y * FACTOR)(x)", patch_global("FACTOR", 3.0)),
    "global in a comprehension": ("return [y * FACTOR for y in x]", patch_global("FACTOR", 3.0)),
    "global by its name": ("return x * globals()['FACTOR']", patch_global("FACTOR", 3.0)),
    "global of a function it calls": ("return scaled(x)", patch_global("FACTOR", 3.0)),
    "global of a method of a class it names": ("return Cached().twice * x", patch_global("FACTOR", 3.0)),
    "another function": ("return scaled(x)", patch_global("scaled", cached)),
    "builtin that is covered": ("return x * float(2)", patch_global("float", int)),
    "builtin": ("return x * float(2)", patch(lambda _: builtins, "float", int)),
    "os.environ": ("return x * float(os.environ['SCALE'])", environment),
    "os.environ.get": ("return x * float(os.environ.get('SCALE', 1))", environment),
    "os.getenv": ("return x * float(os.getenv('SCALE'))", environment),
    "os inside": ("import os as o; return x * float(o.environ['SCALE'])", environment),
    "environ from os inside": ("from os import environ; return x * float(environ['SCALE'])", environment),
    "module's attribute": ("return x * alias.scale", patch(lambda p: p.sub, "scale", 2)),
    "module's attribute by name": ("return x * getattr(alias, 'scale')", patch(lambda p: p.sub, "scale", 2)),
    "module's new attribute": ("return x * getattr(alias, 'more', 1)", patch(lambda p: p.sub, "more", 2)),
    "package": ("return x * package.sub.scale", patch(lambda p: p.sub, "scale", 2)),
    "package inside": ("import package.sub; return x * package.sub.scale", patch(lambda p: p.sub, "scale", 2)),
    "from a package inside": ("from package.sub import scale; return x * scale", patch(lambda p: p.sub, "scale", 2)),
    "another module": ("return x * package.sub.scale", patch(lambda p: p, "sub", types.SimpleNamespace(scale=1))),
    "dict of a module": ("return x * alias.table['scale']", lambda m, p: m.setitem(p.sub.table, "scale", True)),
    "class attribute": ("return x * Derived.factor", patch(lambda _: Base, "factor", 3)),
    "deep in a class attribute": ("return x * Derived.table['a'][0]", lambda m, p: m.setitem(Derived.table, "a", [2])),
    "method": ("return Derived().twice", patch(lambda _: Derived, "twice", property(lambda self: 3))),
    "static method": ("return Derived.plus()", patch(lambda _: Derived, "plus", staticmethod(lambda: 2))),
    "metaclass": ("return x * Made.factor", patch(lambda _: Meta, "factor", 2)),
    "random's state": ("return x * random.random()", lambda m, p: random.random()),
}


@pytest.mark.parametrize("make", [function_that, class_that], ids=["function", "class"])
@pytest.mark.parametrize(("body", "change"), READS.values(), ids=READS)
def test_a_change_of_what_code_reads_is_seen(make, body, change, package, monkeypatch):
    monkeypatch.setenv("SCALE", "2")
    called = make(body)
    before = Fingerprint(Holder(called))
    assert before.holds() and before.key == Fingerprint(Holder(called)).key
    with monkeypatch.context() as patched:
        change(patched, package)
        assert not before.holds()
        assert Fingerprint(Holder(called)).key != before.key


def test_other_bases_of_a_class_are_seen():
    class User(Other):
        pass

    before = Fingerprint(User)
    User.__bases__ = (Derived,)
    assert not before.holds() and Fingerprint(User).key != before.key


def test_a_module_among_the_attributes_counts_as_far_as_code_names_it(package, monkeypatch):
    class User:
        def __init__(self):
            self.settings = package.sub

        def call(self, x):
            return x * self.settings.scale

    user = User()
    before = Fingerprint(user)
    monkeypatch.setattr(package.sub, "unnamed", 1, raising=False)
    assert before.holds()
    monkeypatch.setattr(package.sub, "scale", 5)
    assert not before.holds() and Fingerprint(user).key != before.key


def test_a_variable_of_a_context_is_seen():
    factor = contextvars.ContextVar("factor", default=1)
    before = Fingerprint(Holder(factor))
    token = factor.set(2)
    assert not before.holds() and Fingerprint(Holder(factor)).key != before.key
    factor.reset(token)


def test_tensors_count_by_their_numbers(engine):
    numbers = hornbeam.ops.convert_to_tensor([1.0, 2.0])
    first, again = Fingerprint(Holder(numbers)), Fingerprint(Holder(hornbeam.ops.convert_to_tensor([1.0, 2.0])))
    assert first.is_shareable and first.holds() and first.key == again.key
    assert first.key != Fingerprint(Holder(numbers * 2)).key
    if engine == "torch":
        numbers += 1
        assert not first.holds() and Fingerprint(Holder(numbers)).key != first.key


def test_what_is_the_same_and_what_is_alike_differ():
    """Two attributes may be one object, or two that are equal."""
    one = [1]
    assert Fingerprint([one, one]).key != Fingerprint([[1], [1]]).key


def test_objects_may_refer_to_one_another():
    a, b = [Holder([]) for _ in range(2)]
    for holder in (a, b):
        holder.value.append(holder)
    assert Fingerprint(a).key == Fingerprint(b).key and Fingerprint(a).holds()


def test_a_heap_of_objects_ends_the_search():
    many = [[i] for i in range(30_000)]
    seen = Fingerprint(many)
    assert not seen.is_shareable and seen.key == Fingerprint(many).key


def test_settings_of_layers(engine):
    """The value of a rate is an argument of programs; what is not seen may change without another program."""
    layer = layers.Dropout(0.5)
    before = Fingerprint(layer)
    layer.rate = 0.3
    assert not before.holds() and Fingerprint(layer).key == before.key
    assert before.hyperparameters == [(layer, "rate")]
    layer.rate = 0.0
    assert Fingerprint(layer).key != before.key


@pytest.mark.parametrize("name", ["trainable", "autocast", "regularizer", "constraint"])
def test_settings_of_variables(name):
    variable = hornbeam.Variable([1.0])
    before = Fingerprint(variable)
    variable.assign([2.0])
    assert before.holds() and list(before.variables) == [variable]
    setattr(variable, name, max if name in ("regularizer", "constraint") else False)
    assert not before.holds() and Fingerprint(variable).key != before.key


def test_what_users_set_on_hornbeams_layers():
    layer = layers.Dense(3, kernel_constraint="max_norm")
    layer._k, layer.ks = 1, [1]
    for change in (
        lambda: setattr(layer, "_k", 2),
        lambda: layer.ks.append(2),
        lambda: setattr(layer.kernel_constraint, "max_value", 5),
        lambda: vars(layer).update(use_bias=False),
    ):
        before = Fingerprint(layer)
        assert before.holds()
        change()
        assert not before.holds() and Fingerprint(layer).key != before.key


def test_the_search_goes_only_so_far_into_installed_packages():
    def call(x):
        return pytest.main([x]), FACTOR

    start = time.perf_counter()
    seen = Fingerprint(call)
    assert not seen.is_shareable and seen.holds() and seen.key == Fingerprint(call).key
    assert time.perf_counter() - start < 5
