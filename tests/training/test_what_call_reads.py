"""What a user's `call` reads outside of its layer counts: no model runs what was compiled for other surroundings."""

import importlib
import os
import sys

import numpy as np
import pytest

import hornbeam
from hornbeam import layers

X = np.ones((2, 3), "float32")


@pytest.fixture(autouse=True)
def nothing_compiled(engine):
    hornbeam.utils.clear_session()


def predicted(layer):
    """What a new model of one layer predicts for ones, and what it says when it is called."""
    model = hornbeam.Sequential([hornbeam.Input((3,)), layer])
    model.compile(loss="mse")
    found = float(model.predict(X, verbose=0)[0, 0])
    assert float(model(X)[0, 0]) == found
    assert model.evaluate(X, np.zeros_like(X), verbose=0) == pytest.approx(found**2)
    return found


class ByEnvironment(layers.Layer):
    def call(self, x):
        return x * float(os.environ["SCALE"])


def by_getenv(x):
    return x * float(os.getenv("SCALE"))


@pytest.mark.parametrize("make", [ByEnvironment, lambda: layers.Lambda(by_getenv)], ids=["layer", "function"])
def test_the_environment_counts(make, monkeypatch):
    for scale in (2.0, 3.0):
        monkeypatch.setenv("SCALE", str(scale))
        assert predicted(make()) == scale


INSTALLED = """
import hornbeam
from installed_by_test import settings

FACTOR = 2.0

def scaled(x):
    return x * FACTOR

def set_by_module(x):
    return x * settings.scale

class Scale(hornbeam.layers.Layer):
    def call(self, x):
        return scaled(x)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installed package that is no part of Hornbeam."""
    folder = tmp_path / "site-packages" / "installed_by_test"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "settings.py").write_text("scale = 2.0")
    (folder / "code.py").write_text(INSTALLED)
    monkeypatch.syspath_prepend(folder.parent)
    yield importlib.import_module("installed_by_test.code")
    for name in [name for name in sys.modules if name.startswith("installed_by_test")]:
        del sys.modules[name]


MAKERS = {
    "layer": lambda code: code.Scale(),
    "function": lambda code: layers.Lambda(code.scaled),
    "lambda of ours around it": lambda code: layers.Lambda(lambda x: code.scaled(x)),
    "activation": lambda code: layers.Activation(code.scaled),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_globals_of_installed_packages_count(make, installed, monkeypatch):
    assert predicted(make(installed)) == 2.0
    monkeypatch.setattr(installed, "FACTOR", 3.0)
    assert predicted(make(installed)) == 3.0


def test_settings_of_installed_packages_count(installed, monkeypatch):
    assert predicted(layers.Lambda(installed.set_by_module)) == 2.0
    monkeypatch.setattr(installed.settings, "scale", 3.0)
    assert predicted(layers.Lambda(installed.set_by_module)) == 3.0


class Held(layers.Layer):
    """A layer around something that cannot be compared."""

    def __init__(self, held):
        super().__init__()
        self.held = held

    def call(self, x):
        return x * next(self.held)


def test_what_cannot_be_compared_is_not_shared():
    from_to = lambda start: (x for x in [start] * 9)  # noqa: E731
    assert [predicted(Held(from_to(start))) for start in (2.0, 3.0)] == [2.0, 3.0]
