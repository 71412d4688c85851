"""Methods of layers take the arguments that Keras's take, under their names."""

import numpy as np
import pytest

from hornbeam import engine as eng
from hornbeam import layers

STEPS = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
MASK = np.array([[True, True, False, False, False], [True] * 5])


def as_numpy(x):
    return np.asarray(eng.to_numpy(x))


def test_masks_are_asked_for_by_name():
    other = ~MASK
    found = layers.Add().compute_mask([STEPS, STEPS], mask=[eng.asarray(MASK), eng.asarray(other)])
    assert as_numpy(found).all()
    assert layers.Dot(2).compute_mask([STEPS, STEPS], mask=[MASK, other]) is None
    assert layers.GlobalAveragePooling1D().compute_mask(STEPS, mask=MASK) is None
    assert layers.LSTM(2, return_sequences=True).compute_mask(STEPS, mask=MASK) is MASK
    assert layers.Bidirectional(layers.GRU(2)).compute_mask(STEPS, mask=MASK) is None
    ids = eng.asarray(np.array([[1, 0]]))
    assert as_numpy(layers.Embedding(3, 2, mask_zero=True).compute_mask(ids, mask=None)).tolist() == [[True, False]]


class Centered(layers.Conv1D):
    """Weight standardization: the kernel without its mean."""

    def convolution_op(self, inputs, kernel):
        return super().convolution_op(inputs, kernel - kernel.numpy().mean())


def test_a_subclass_may_do_something_to_the_kernel_of_a_convolution():
    layer = Centered(2, 3, padding="causal", activation="relu")
    plain = layers.Conv1D(2, 3, padding="causal", activation="relu")
    for one in (layer, plain):
        one.build(STEPS.shape)
    plain.set_weights([layer.kernel.numpy() - layer.kernel.numpy().mean(), layer.bias.numpy()])
    np.testing.assert_allclose(as_numpy(layer(STEPS)), as_numpy(plain(STEPS)), rtol=1e-5, atol=1e-6)


def double(x):
    return 2 * x


@pytest.mark.parametrize("make", [lambda: layers.Dense(1, activation=double), lambda: layers.Lambda(double)])
def test_configs_are_read_with_custom_objects(make):
    layer = make()
    again = type(layer).from_config(layer.get_config(), custom_objects={"double": double})
    assert again.get_config() == layer.get_config()


def test_rms_normalization_and_pooling_take_their_arguments_by_the_names_of_keras():
    assert as_numpy(layers.RMSNormalization(epsilon=0.0)(x=np.array([[2.0, -2.0]]))).tolist() == [[1, -1]]
    assert layers.MaxPooling1D(2, 2, "valid", None, "pool").name == "pool"
