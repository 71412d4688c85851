"""What no engine can compute with is one sentence, the same on each of them."""

import re

import numpy as np
import pytest

import hornbeam
from hornbeam import ops

X, Y = np.ones((2, 3), "float32"), np.ones((4, 5), "float32")

REFUSED = {
    "add": (lambda: ops.add(X, Y), "x1=(2, 3) float32, x2=(4, 5) float32."),
    "matmul": (lambda: ops.matmul(X, Y), "x1=(2, 3) float32, x2=(4, 5) float32."),
    "concatenate": (lambda: ops.concatenate([X, Y]), "xs=[(2, 3) float32, (4, 5) float32]."),
    "reshape": (lambda: ops.reshape(X, (4, 2)), "x=(2, 3) float32, newshape=(4, 2)."),
    "sum": (lambda: ops.sum(X, axis=2), "x=(2, 3) float32, axis=2."),
    "einsum": (lambda: ops.einsum("ij,jk->ik", X, X), "subscripts='ij,jk->ik', operands=(2, 3) float32, operands=(2,"),
    "pad": (lambda: ops.pad(X, ((1, 1), (1, 1), (1, 1))), "x=(2, 3) float32, pad_width=((1, 1), (1, 1), (1, 1))."),
    "max": (lambda: ops.max(X, axis=-3), "x=(2, 3) float32, axis=-3."),
    "multiply": (lambda: hornbeam.Input((3,)) * hornbeam.Input((4,)), "x1=(None, 3) float32, x2=(None, 4) float32."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_arguments_that_do_not_go_together(name, engine):
    act, received = REFUSED[name]
    sentence = f"`{name}` cannot compute with these arguments: their shapes, axes or dtypes do not go together. "
    with pytest.raises(ValueError, match=re.escape(sentence + "Received: " + received)) as caught:
        act()
    assert isinstance(caught.value, TypeError)  # which JAX raises


def test_errors_of_code_of_ones_own_are_left_as_they_are(engine):
    def wrong(x):
        raise IndexError("mine")

    with pytest.raises(IndexError, match="mine"):
        ops.vectorized_map(wrong, X)


def test_functions_of_numpy_on_tensors_of_a_graph():
    x = hornbeam.Input((3,))
    assert (X[0] - x).shape == (np.float32(1) < x).shape == (None, 3)
    assert (X[0] == x) is False
    with pytest.raises(TypeError, match=r"has no value yet, which `numpy.log` needs: .*`ops.log`"):
        np.log(x)
    with pytest.raises(AttributeError, match="has no value yet, and no `numpy`: call a model on data"):
        x.numpy()
