"""The layers of every architecture, by name, with their weights by shape, in the order of Keras 3.15.1."""

import hashlib
import json
import math
from pathlib import Path

import pytest

import hornbeam
from hornbeam import applications
from hornbeam.core.allowance import Allowance
from hornbeam.core.running import under

LAYOUTS = json.loads((Path(__file__).parent / "keras_layouts.json").read_text())


@pytest.mark.parametrize("name", LAYOUTS)
def test_layers_and_weights_are_those_of_keras(name):
    hornbeam.utils.clear_session()
    with under(allowance=Allowance(math.inf, "this test")):  # weights have shapes, and no memory
        model = getattr(applications, name)(weights=None)
    rows = [[layer.name, [list(weight.shape) for weight in layer.weights]] for layer in model.layers]
    assert [len(rows), hashlib.sha256(json.dumps(rows).encode()).hexdigest()] == LAYOUTS[name]
