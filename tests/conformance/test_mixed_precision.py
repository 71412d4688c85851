"""Under `mixed_bfloat16` a layer computes in bfloat16, keeps float32 variables, and stays close to float32's result."""

import numpy as np
import pytest
from build import arrays, built, run
from table import layers_with

from hornbeam import config


@pytest.fixture
def mixed():
    config.set_dtype_policy("mixed_bfloat16")
    yield
    config.set_dtype_policy("float32")


@pytest.mark.parametrize("name", layers_with("forward"))
def test_bfloat16(name, on_torch, mixed):
    layer = built(name)
    assert {w.dtype for w in layer.weights} <= {"float32"}
    assert layer.compute_dtype == "bfloat16"
    found = run(name, layer, *arrays(name), **still(layer))
    config.set_dtype_policy("float32")
    expected = run(name, built(name), *arrays(name), **still(layer))
    for a, b in zip(found, expected, strict=True):
        assert a.dtype.name == "bfloat16"
        np.testing.assert_allclose(a.astype("float32"), b, rtol=0.05, atol=0.05)


def still(layer):
    return {"training": False} if layer._signature.training else {}
