"""The loss of a compiled model as a tensor, as scripts of Keras 2 took gradients of it."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers

K = hornbeam.backend
X = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], "float32")


def test_gradients_of_weights(engine):
    """As it stands in many answers to "how do I get the gradients of the weights"."""
    model = hornbeam.Sequential(
        [hornbeam.Input((3,)), layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")]
    )
    assert not hasattr(model, "total_loss")
    model.compile("sgd", "mse")
    y = np.zeros((2, 1), "float32")
    gradients = model.optimizer.get_gradients(model.total_loss, model.trainable_weights)
    f = K.function([*model._feed_inputs, *model._feed_targets, *model._feed_sample_weights], gradients)
    x, y, weights = model._standardize_user_data(X, y)
    kernel, bias = f(x + y + weights)
    np.testing.assert_allclose(kernel[:, 0], [6 + 0.02, 13 + 0.02, 18 + 0.02], rtol=1e-4)
    assert bias == pytest.approx([7.0])
    loss = K.function(model.inputs + model.targets + model.sample_weights, [model.total_loss])(x + y + weights)[0]
    assert float(loss) == pytest.approx(model.evaluate(X, y[0], verbose=0), rel=1e-5)
    assert model.total_loss is model.total_loss


def test_several_outputs_and_weights():
    x = hornbeam.Input((3,))
    one = layers.Dense(2, "softmax", name="a")(x)
    two = layers.Dense(1, kernel_initializer="ones", name="b")(x)
    model = hornbeam.Model(x, [one, two])
    model.compile("sgd", {"a": "sparse_categorical_crossentropy", "b": "mae"}, loss_weights={"a": 0.0, "b": 2.0})
    assert [t.shape for t in model.targets] == [(None, 1), (None, 1)]
    targets = {"a": np.array([0, 1]), "b": np.zeros(2)}
    xs, ys, ws = model._standardize_user_data(X, targets, {"b": np.array([1.0, 0.0])}, {"a": {0: 1.0, 1: 3.0}})
    assert ws[0].tolist() == [1, 3] and ws[1].tolist() == [1, 0]
    loss = K.function(model.inputs + model.targets + model.sample_weights, [model.total_loss])(xs + ys + ws)[0]
    assert float(loss) == pytest.approx(2 * 6 / 2)
    with pytest.raises(ValueError, match=r"All arrays must have the same number of rows"):
        model._standardize_user_data(X[:1], targets)
    first = model.total_loss
    model.compile("sgd", "mse")
    assert model.total_loss is not first
