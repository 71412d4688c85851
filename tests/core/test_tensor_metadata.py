"""Masks and logits are known of the very tensor alone, through casts and an axis at the end, while it lives."""

import gc

import numpy as np
import pytest

import hornbeam
from hornbeam import activations, layers
from hornbeam import engine as eng
from hornbeam.core import logits, masking, tensor_metadata

pytestmark = pytest.mark.usefixtures("few_to_collect")

STEPS = np.array([[[0.0], [1.0], [2.0]]], "float32")


def known(activation):
    x = eng.asarray(STEPS)
    p = activation(x)
    masking.set_mask(p, eng.asarray(np.array([[True, False, True]])))
    return x, p


def test_a_cast_carries_both(engine):
    for activation, axis in ((activations.sigmoid, None), (activations.softmax, 2)):
        _, p = known(activation)
        q = tensor_metadata.carry(lambda x: eng.cast(x, "float16"), p)
        assert masking.get_mask(q) is masking.get_mask(p)
        assert eng.dtype_name(logits.find(q, axis)) == "float16"


def test_a_reshape_carries_the_logits_of_a_sigmoid(engine):
    for activation, axis in ((activations.sigmoid, None), (activations.softmax, 2)):
        _, p = known(activation)
        q = tensor_metadata.carry(lambda x: eng.reshape(x, (1, 3)), p, keeps_axes=False)
        assert masking.get_mask(q) is masking.get_mask(p)
        found = logits.find(q, axis)
        assert found is None if axis else tuple(found.shape) == (1, 3)


def test_whatever_else_is_done_carries_nothing(engine):
    _, p = known(activations.sigmoid)
    assert masking.get_mask(p * 1.0) is None and logits.find(p * 1.0) is None


def test_nothing_is_kept(engine):
    gc.collect()
    before = len(logits.table)
    x, p = known(activations.sigmoid)
    assert len(logits.table) == before + 1
    del x, p
    gc.collect()
    assert len(logits.table) == before


def test_layers_of_another_dtype_pass_masks_and_logits(engine):
    """An output in 16 bits, cast by a last layer in 32, is as certain as its logits say."""
    x = hornbeam.Input((1,))
    half = layers.Dense(1, activation="sigmoid", kernel_initializer="ones", dtype="mixed_float16")(x)
    model = hornbeam.Model(x, layers.Activation("linear", dtype="float32")(half))
    model.compile("sgd", "binary_crossentropy")
    assert model.evaluate(np.full((2, 1), 60.0, "float32"), np.zeros(2), verbose=0) == pytest.approx(60.0)
