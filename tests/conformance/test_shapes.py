"""A layer gives the same called eagerly and inside a compiled `predict`, and the shapes that it promises."""

import numpy as np
import pytest
from build import arrays, instance, listed, model, predict, run
from layer_table import LAYERS, layers_with

from hornbeam.core import tree


@pytest.mark.parametrize("name", layers_with("forward"))
def test_eager_compiled_and_symbolic_agree(name, engine):
    x = arrays(name)
    eager = run(name, instance(name, engine), *x)
    compiled = predict(model(name, engine), x)
    symbolic = tree.leaves(model(name, engine).output_structure)
    assert len(eager) == len(compiled) == len(symbolic)
    for one, other, promised in zip(eager, compiled, symbolic, strict=True):
        assert one.shape == other.shape
        assert promised.shape[0] is None
        assert (len(x[0]), *promised.shape[1:]) == one.shape
        assert one.dtype.name == other.dtype.name == promised.dtype
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in layers_with("forward") if LAYERS[name].call.__name__ != "as_cell"])
def test_the_shape_for_a_shape(name, engine):
    shapes = [(None, *x.shape[1:]) for x in LAYERS[name].inputs]
    layer = instance(name, engine)
    if LAYERS[name].call.__name__ in ("each", "at_rest"):
        found = layer.compute_output_shape(*shapes)
    else:
        found = layer.compute_output_shape(shapes)
    expected = model(name, engine).output_shape
    assert listed(tree.leaves(found)) == listed(tree.leaves(expected))
