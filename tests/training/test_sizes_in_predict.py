"""`predict` over batches of images of different sizes: it works, or says in a sentence what differs."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers


def images(*heights):
    for height in heights:
        yield np.ones((2, height, 4, 1), "float32")


def convolutional(*after):
    return hornbeam.Sequential([hornbeam.Input((None, 4, 1)), layers.Conv2D(2, 3, padding="same"), *after])


def test_outputs_of_one_size_are_joined(engine):
    model = convolutional(layers.GlobalAveragePooling2D())
    found = model.predict(images(5, 3, 5), verbose=0)
    expected = [model.predict_on_batch(batch) for batch in images(5, 3, 5)]
    np.testing.assert_allclose(found, np.concatenate(expected), rtol=1e-5)


def test_outputs_of_different_sizes_are_told(engine):
    told = r"joins the outputs.*\(2, 5, 4, 2\) for batch 0 and \(2, 3, 4, 2\) for batch 2; call `predict` or"
    with pytest.raises(ValueError, match=told):
        convolutional().predict(images(5, 5, 3), verbose=0)
