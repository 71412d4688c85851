"""The layers of every architecture, by name, with their weights by shape, in the order of Keras 3.15.1."""

import hashlib
import json
from pathlib import Path

import pytest

import hornbeam
from hornbeam import applications, initializers

LAYOUTS = json.loads((Path(__file__).parent / "keras_layouts.json").read_text())


@pytest.fixture
def nothing_drawn(monkeypatch):
    """Weights of zeros: their shapes are what counts."""
    for kind in (initializers.GlorotUniform, initializers.HeNormal, initializers.VarianceScaling):
        monkeypatch.setattr(kind, "__call__", lambda self, shape, dtype=None, **_: initializers.Zeros()(shape, dtype))


@pytest.mark.parametrize("name", LAYOUTS)
def test_layers_and_weights_are_those_of_keras(name, nothing_drawn):
    hornbeam.utils.clear_session()
    model = getattr(applications, name)(weights=None)
    rows = [[layer.name, [list(weight.shape) for weight in layer.weights]] for layer in model.layers]
    assert [len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()] == LAYOUTS[name]
