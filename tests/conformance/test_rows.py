"""Batches of one row and of none; what layers declare of their rows and values is so."""

from functools import cache

import numpy as np
import pytest
from build import arrays, built, compiled, instance, run
from layer_table import layers_with

from hornbeam import engine as engines


@cache
def one_and_none(name, engine):
    """Outputs for one row and for no rows."""
    return compiled(name, instance(name, engine), arrays(name, 1), arrays(name, 0))


@pytest.mark.parametrize("name", layers_with("forward"))
def test_one_row_is_the_first_of_many(name, engine):
    one, many = one_and_none(name, engine)[0], run(name, instance(name, engine), *arrays(name))
    for a, b in zip(one, many, strict=True):
        assert a.shape == (1, *b.shape[1:])
        np.testing.assert_allclose(a, b[:1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", layers_with("forward"))
def test_no_rows_give_no_rows(name, engine):
    none, some = one_and_none(name, engine)[1], run(name, instance(name, engine), *arrays(name))
    for a, b in zip(none, some, strict=True):
        assert a.shape == (0, *b.shape[1:])
        assert a.dtype == b.dtype


def among_others(name, layer, **kwargs):
    """Outputs of the same two rows among different others: of as many rows, so that nothing is compiled again."""
    x = arrays(name, 5)
    first = [y[[2, 1]] for y in run(name, layer, *(one[:3] for one in x), **kwargs)]
    other = [y[[1, 2]] for y in run(name, layer, *(one[[4, 2, 1]] for one in x), **kwargs)]
    return zip(first, other, strict=True)


@pytest.mark.parametrize("name", layers_with("forward", "declared"))
def test_rows_keep_apart_where_that_is_declared(name, engine):
    layer = instance(name, engine)
    pairs = among_others(name, layer)
    assert bool(layer.row_independent) == all(np.allclose(a, b, 1e-5, 1e-6) for a, b in pairs)


@pytest.mark.parametrize("name", layers_with("forward", "declared", "gradient"))  # without noise
def test_rows_keep_apart_in_training_where_that_is_declared(name, engine):
    layer = built(name)
    if type(layer).__hornbeam_call__.training:
        pairs = among_others(name, layer, training=True)
        assert (layer.row_independent is True) == all(np.allclose(a, b, 1e-4, 1e-5) for a, b in pairs)


@pytest.mark.parametrize("name", layers_with("forward"))
def test_values_pass_where_that_is_declared(name, engine):
    layer, x = instance(name, engine), arrays(name)
    if layer.passes_values:
        for y in run(name, layer, *x):
            assert np.isin(y, x[0]).all()


@pytest.mark.parametrize("name", layers_with("forward"))
def test_the_last_activation_is_what_is_computed_last(name):
    layer = built(name)
    inner = getattr(layer, "layer", layer)
    if layer.last_activation is not None and layer.last_activation is getattr(inner, "activation", None):
        inner.activation = lambda x: 0 * x + 7
        for y in run(name, layer, *arrays(name)):
            assert engines.to_numpy(y).min() == engines.to_numpy(y).max() == 7
