"""An error leads to the user's line: nothing of Hornbeam's and of the engine's insides lies between."""

import traceback

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops


@pytest.fixture(autouse=True)
def filtering():
    hornbeam.config.enable_traceback_filtering()
    yield
    hornbeam.config.disable_traceback_filtering()


def model():
    made = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(3)])
    made.compile("sgd", "mse")
    return made


def my_loss(y_true, y_pred):
    return ops.matmul(y_true, y_pred)


def train_with_my_loss():
    trained = model()
    trained.compile("sgd", my_loss)
    trained.fit(np.ones((2, 4)), np.ones((2, 3)), verbose=0)


MISTAKES = {
    "fit": lambda: model().fit(np.ones((2, 5)), np.ones((2, 3)), verbose=0),
    "predict": lambda: model().predict(np.ones((2, 5)), verbose=0),
    "a call": lambda: model()(np.ones((2, 5))),
    "a layer": lambda: layers.LSTM(3)(np.ones((2, 5))),
    "a graph": lambda: layers.Conv2D(2, 9)(hornbeam.Input((4, 4, 1))),
    "an operation": lambda: ops.reshape(np.ones((2, 5)), (3, 3)),
    "an operation of a graph": lambda: hornbeam.Input((4,)) * hornbeam.Input((5,)),
    "a loss": train_with_my_loss,
}


@pytest.mark.parametrize("name", MISTAKES)
def test_at_most_four_lines_lie_below_the_users(name, engine):
    with pytest.raises(ValueError, match="Received") as caught:
        MISTAKES[name]()
    files = [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert len(files) - 1 - max(i for i, file in enumerate(files) if file == __file__) <= 4
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not any("JAX" in note for note in getattr(caught.value, "__notes__", ()))


def test_tracebacks_are_whole_where_that_is_wanted(engine):
    hornbeam.config.disable_traceback_filtering()
    with pytest.raises(ValueError, match="Received") as caught:
        ops.reshape(np.ones((2, 5)), (3, 3))
    assert type(caught.value.__cause__) in (TypeError, RuntimeError)  # the engine's
