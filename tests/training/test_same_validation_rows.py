"""Validation from what gives batches: every epoch is judged on the same rows, as Keras documents."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam.data import memory


def batches(count=None, taken=None):
    """Batches whose targets are their number."""
    i = 0
    while count is None or i < count:
        if taken is not None:
            taken.append(i)
        yield np.ones((4, 2), "float32"), np.full((4, 1), float(i), "float32")
        i += 1


class ByNumber(hornbeam.utils.PyDataset):
    def __len__(self):
        return 5

    def __getitem__(self, i):
        return np.ones((4, 2), "float32"), np.full((4, 1), float(i), "float32")


class Again:
    def __iter__(self):
        return batches(5)


def frozen(k):
    """A model that does not move, so that its validation loss tells the rows: the mean of i² over batches i."""
    model = k.Sequential([k.Input((2,)), k.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(k.optimizers.SGD(0.0), "mse")
    return model


def losses(k, validation, **kwargs):
    x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    return frozen(k).fit(x, y, epochs=3, verbose=0, validation_data=validation, **kwargs).history["val_loss"]


@pytest.mark.parametrize("make", [batches, lambda: batches(5), ByNumber, Again, lambda: map(tuple, batches(9))])
def test_every_epoch_has_the_same_rows(engine, make):
    assert losses(hornbeam, make(), validation_steps=2) == pytest.approx([0.5] * 3)


def test_real_keras_does_the_same():
    keras = pytest.importorskip("keras")
    assert losses(keras, batches(), validation_steps=2) == pytest.approx([0.5] * 3)


def test_a_generator_that_ends_is_there_in_every_epoch(engine):
    assert losses(hornbeam, batches(3)) == pytest.approx([5 / 3] * 3)


def test_no_more_is_drawn_than_an_epoch_needs(engine):
    taken = []
    losses(hornbeam, batches(taken=taken), validation_steps=3)
    assert taken == [0, 1, 2]


def test_epochs_without_validation_change_nothing(engine):
    assert losses(hornbeam, batches(), validation_steps=2, validation_freq=[1, 3]) == pytest.approx([0.5] * 2)


def test_training_goes_on_through_its_generator(engine):
    taken = []
    frozen(hornbeam).fit(batches(taken=taken), steps_per_epoch=2, epochs=3, verbose=0)
    assert taken == [0, 1, 2, 3, 4, 5]


def test_batches_beyond_the_budget_are_not_kept_and_that_is_said_once(engine, monkeypatch):
    monkeypatch.setattr(memory, "fits", lambda size: size <= 100)  # of 48 bytes a batch
    with pytest.warns(UserWarning, match="too much to be kept: later epochs are judged on other rows") as caught:
        found = losses(hornbeam, batches(), validation_steps=3)
    assert len(caught) == 1
    assert found == pytest.approx([5 / 3, (9 + 16 + 25) / 3, (36 + 49 + 64) / 3])


def test_what_is_kept_says_nothing(engine):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses(hornbeam, batches(), validation_steps=2)
