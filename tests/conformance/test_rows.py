"""Batches of one row and of none."""

import numpy as np
import pytest
from build import arrays, instance, run
from table import layers_with


@pytest.mark.parametrize("name", layers_with("forward"))
def test_one_row_is_the_first_of_many(name, engine):
    layer = instance(name, engine)
    one, many = run(name, layer, *arrays(name, 1)), run(name, layer, *arrays(name))
    for a, b in zip(one, many, strict=True):
        assert a.shape == (1, *b.shape[1:])
        np.testing.assert_allclose(a, b[:1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", layers_with("forward"))
def test_no_rows_give_no_rows(name, engine):
    layer = instance(name, engine)
    none, some = run(name, layer, *arrays(name, 0)), run(name, layer, *arrays(name))
    for a, b in zip(none, some, strict=True):
        assert a.shape == (0, *b.shape[1:])
        assert a.dtype == b.dtype
