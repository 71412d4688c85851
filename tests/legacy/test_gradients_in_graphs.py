"""`K.gradients` in losses and layers, as gradient penalties were written; losses that depend on no call."""

from functools import partial

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.legacy.layers.merging import _Merge

K = hornbeam.backend
X = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], "float32")
ZEROS = np.zeros((2, 1), "float32")


def twice(name="critic"):
    """y = 2 · the sum of x, whose gradient by x is 2."""
    start = hornbeam.initializers.Constant(2.0)
    return hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(1, kernel_initializer=start)], name=name)


@pytest.mark.parametrize("of", [lambda y: y, K.sum, lambda y: [y[:, 0]]])
def test_in_a_loss(of, engine):
    x = hornbeam.Input((3,))
    model = hornbeam.Model(x, twice()(x))
    model.compile(hornbeam.optimizers.SGD(0.1), lambda y_true, y_pred: K.mean(K.square(K.gradients(of(y_pred), x)[0])))
    assert model.evaluate(X, ZEROS, verbose=0) == pytest.approx(4)
    model.fit(X, ZEROS, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], np.full((3, 1), 2 - 0.1 * 2 * 2 / 3), rtol=1e-5)


def test_of_a_penalty_between_real_and_made_rows(engine):
    """The form of WGAN-GP in most collections of GANs."""

    class RandomWeightedAverage(_Merge):
        def _merge_function(self, inputs):
            alpha = K.random_uniform((2, 1))
            return (alpha * inputs[0]) + ((1 - alpha) * inputs[1])

    def gradient_penalty_loss(y_true, y_pred, averaged_samples):
        gradients = K.gradients(y_pred, averaged_samples)[0]
        squares = K.sum(K.square(gradients), axis=np.arange(1, len(gradients.shape)))
        return K.mean(K.square(1 - K.sqrt(squares)))

    critic = twice()
    real, made = hornbeam.Input((3,)), hornbeam.Input((3,))
    between = RandomWeightedAverage()([real, made])
    penalty = partial(gradient_penalty_loss, averaged_samples=between)
    penalty.__name__ = "gradient_penalty"
    model = hornbeam.Model([real, made], [critic(real), critic(made), critic(between)])
    mean = lambda y_true, y_pred: K.mean(y_true * y_pred)  # noqa: E731
    model.compile("rmsprop", [mean, mean, penalty], loss_weights=[1, 1, 10])
    total, *parts = model.train_on_batch([X, 0 * X], [-ZEROS - 1, ZEROS + 1, ZEROS])
    np.testing.assert_allclose(parts, [-7, 0, (1 - np.sqrt(12)) ** 2], rtol=1e-5)
    assert total == pytest.approx(parts[0] + parts[1] + 10 * parts[2])


class GradNorm(layers.Layer):
    def call(self, inputs):
        target, source = inputs
        return K.sqrt(K.sum(K.square(K.gradients(target, source)[0]), axis=1, keepdims=True))


class ShapedGradNorm(GradNorm):
    def compute_output_shape(self, input_shapes):
        return (input_shapes[1][0], 1)


@pytest.mark.parametrize("cls", [GradNorm, ShapedGradNorm])
def test_in_a_layer(cls, engine):
    critic, x = twice(), hornbeam.Input((3,))
    model = hornbeam.Model(x, cls(name="norm")([critic(x), x]))
    np.testing.assert_allclose(model.predict(X, verbose=0), np.full((2, 1), np.sqrt(12)), rtol=1e-5)
    model.compile(hornbeam.optimizers.SGD(0.1), "mse")
    model.fit(X, ZEROS, verbose=0)
    np.testing.assert_allclose(critic.get_weights()[0], np.full((3, 1), 2 - 0.1 * 2 * 2), rtol=1e-5)
    inside = layers.Lambda(lambda t: K.gradients(critic(t), t)[0])
    np.testing.assert_allclose(hornbeam.Model(x, inside(x)).predict(X, verbose=0), np.full((2, 3), 1.6), rtol=1e-5)
    with pytest.raises(TypeError, match="`gradients` takes a loss that was computed from inputs of a graph"):
        inside(X)


@pytest.mark.parametrize("of_model", [True, False])
def test_losses_that_depend_on_no_call(of_model, engine):
    model = twice()
    dense = model.layers[0]
    (model if of_model else dense).add_loss(lambda: K.sum(K.square(dense.kernel)))
    model.compile(hornbeam.optimizers.SGD(0.1))
    assert model.train_on_batch(X, []) == pytest.approx(12)
    assert model.test_on_batch(X) == pytest.approx(12 * 0.8**2) and len(model.losses) == 1
    with pytest.raises(ValueError, match=r"a number that was computed already does not depend on the weights"):
        model.add_loss(K.sum(K.square(dense.kernel)))
    assert np.isfinite(model.fit(iter([([X], [])]), steps_per_epoch=1, verbose=0).history["loss"][0])
