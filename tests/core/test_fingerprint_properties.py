"""A random change of anything that code can read changes its fingerprint; without a change it stays and holds."""

import copy
import os
import types
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from hornbeam.core.fingerprint import Fingerprint

SOURCE = """
class Base:
    pass

class User(Base):
    def __init__(self, value):
        self.value = value

    def call(self, x):
        return [x * FACTOR for _ in table.setting], self.value, self.factor, os.environ["SCALE"], self.function()

def make(value, inside):
    user = User(value)

    def function(given=None, *, named=None):
        return lambda: (inside, given, named)

    def change(value):
        nonlocal inside
        inside = value

    user.function = function
    return user, change
"""

FLOATS = st.sampled_from([0.0, -0.0, 1.0, 2.0, float("nan")])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(0, 2), FLOATS, st.text("ab", max_size=1))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(SCALARS, inner, max_size=3),
        st.tuples(inner, inner),
        st.lists(inner, max_size=2).map(lambda items: types.SimpleNamespace(items=items)),
    ),
    max_leaves=6,
)


def set_in_environment(world, value):
    os.environ["SCALE"] = repr(value)


PLACES = {
    "attribute": lambda world, value: setattr(world.user, "value", value),
    "new attribute": lambda world, value: setattr(world.user, "more", value),
    "class": lambda world, value: setattr(type(world.user), "factor", value),
    "base class": lambda world, value: setattr(type(world.user).__base__, "factor", value),
    "global": lambda world, value: world.globals.update(FACTOR=value),
    "module": lambda world, value: setattr(world.globals["table"], "setting", value),
    "closure": lambda world, value: world.change_closure(value),
    "default": lambda world, value: setattr(world.user.function, "__defaults__", (value,)),
    "keyword's default": lambda world, value: setattr(world.user.function, "__kwdefaults__", {"named": value}),
    "attribute of a function": lambda world, value: setattr(world.user.function, "factor", value),
    "environment": set_in_environment,
}


class World:
    """A user's object, and a value for every place that its code can read."""

    def __init__(self, values):
        self.globals = {"__name__": "world", "os": os, "table": types.ModuleType("table")}
        exec(SOURCE, self.globals)
        self.user, self.change_closure = self.globals["make"](None, None)
        for name, value in values.items():
            PLACES[name](self, value)


def containers(value):
    """The lists and dicts in a value."""
    if isinstance(value, types.SimpleNamespace):
        return containers(value.items)
    if not isinstance(value, list | tuple | dict):
        return []
    inner = list(value.values()) if isinstance(value, dict) else list(value)
    own = [] if isinstance(value, tuple) else [value]
    return own + [found for item in inner for found in containers(item)]


@given(st.fixed_dictionaries(dict.fromkeys(PLACES, VALUES)), st.sampled_from(list(PLACES)), VALUES)
@settings(max_examples=100, deadline=None)
def test_another_value_somewhere(values, place, value):
    with mock.patch.dict(os.environ):
        world = World(values)
        before = Fingerprint(world.user)
        assert before.is_shareable and before.holds() and Fingerprint(world.user).key == before.key
        PLACES[place](world, copy.deepcopy(value))
        after = Fingerprint(world.user)
        assert (after.key == before.key) == (repr(value) == repr(values[place]))
        if after.key != before.key:
            assert not before.holds()
        assert after.holds()


@given(st.fixed_dictionaries(dict.fromkeys(PLACES, VALUES)), st.data(), VALUES)
@settings(max_examples=100, deadline=None)
def test_another_item_in_a_container(values, data, value):
    with mock.patch.dict(os.environ):
        del values["environment"]
        found = [one for item in values.values() for one in containers(item)]
        world = World({"environment": 1} | values)
        before, was = Fingerprint(world.user), repr(values)
        if not found:
            return
        container = data.draw(st.sampled_from(found))
        if isinstance(container, dict):
            container[data.draw(SCALARS)] = value
        else:
            container.insert(data.draw(st.integers(0, len(container))), value)
        assert (Fingerprint(world.user).key == before.key) == (repr(values) == was)
        if repr(values) != was:
            assert not before.holds()
