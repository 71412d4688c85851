"""`tf.GradientTape`: gradients of what ordinary code computed, on both engines."""

import importlib

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, losses, metrics, ops, optimizers
from hornbeam.training import steps_of_backends

tf = importlib.import_module("hornbeam.legacy.tensorflow")
X = np.linspace(-1, 1, 8, dtype="float32").reshape(4, 2)
Y = np.array([[0.0], [1.0], [1.0], [0.0]], "float32")


def numbers(values):
    return [None if v is None else np.asarray(v).tolist() for v in values]


def test_formulas_of_variables(engine):
    w, b, other = (tf.Variable(v) for v in ([[2.0], [3.0]], [0.5], 7.0))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(tf.matmul(X, w) + b)) / 2
    found = tape.gradient(loss, [w, b, other])
    error = X @ np.array([[2.0], [3.0]]) + 0.5
    np.testing.assert_allclose(np.asarray(found[0]), X.T @ error, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(found[1]), error.sum(0), rtol=1e-5)
    assert found[2] is None and float(loss) == pytest.approx(float((error**2).sum() / 2), rel=1e-5)
    with pytest.raises(RuntimeError, match="persistent=True"):
        tape.gradient(loss, w)


def test_operators_arrays_and_structures(engine):
    w = tf.Variable([1.0, 2.0])
    x = tf.constant([3.0, 4.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = {"a": x * (2 * w), "b": -(x**2) + np.array([1.0, 1.0], "float32") * w[0]}
    found = tape.gradient(y, {"w": w, "x": x})
    assert numbers(found.values()) == [[8.0, 8.0], [2.0 - 6.0, 4.0 - 8.0]]
    assert numbers([tape.gradient(y["a"], w, output_gradients=tf.constant([1.0, 10.0]))]) == [[6.0, 80.0]]
    assert numbers([tape.gradient(y["a"], tf.Variable([5.0]), unconnected_gradients="zero")]) == [[0.0]]
    assert tape.gradient(tf.constant(1.0), w) is None
    assert (y["a"] > 7).numpy().tolist() == [False, True] and y["a"].shape == (2,) and len(list(y["a"])) == 2


def test_what_comes_first_in_a_formula_of_a_compiled_step_does_not_hide_the_model(engine):
    class Halved(hornbeam.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((y - self(x)) ** 2) + 0.0 * tf.reduce_sum(self.trainable_weights[0] * 1.0)
            self.optimizer.apply_gradients(zip(tape.gradient(loss, self.weights), self.weights, strict=True))
            return {"loss": loss}

    inputs = hornbeam.Input((1,))
    model = Halved(inputs, layers.Dense(1, use_bias=False, kernel_initializer="zeros")(inputs))
    model.compile(optimizers.SGD(0.5))
    model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], [[1.0]])


def test_tensors_of_graphs_and_tapes_take_names_of_arguments(engine):
    assert hornbeam.Input((1, 4)).reshape(newshape=(-1, 4)).squeeze(axis=()).shape == (None, 4)
    with tf.GradientTape():
        taped = tf.Variable([[1.0, 2.0]]) * 1.0
    assert taped.squeeze(axis=0).shape == (2,) and taped.reshape((2, 1)).shape == (2, 1)


def test_a_gradient_by_what_was_computed_inside(engine):
    w = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        middle = w * w
        loss = ops.exp(middle * 0.1)
    assert float(tape.gradient(loss, middle)) == pytest.approx(0.1 * np.exp(0.9), rel=1e-5)


def test_gradients_of_gradients(engine):
    w = tf.Variable(2.0)
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = w * x**3
        slope = inner.gradient(y, x)  # 3 w x²
        loss = slope**2
    assert float(slope) == pytest.approx(54.0)
    assert float(outer.gradient(loss, w)) == pytest.approx(2 * 54.0 * 27.0, rel=1e-5)


def test_an_update_while_the_tape_is_open(engine):
    rng = hornbeam.random.SeedGenerator(0)
    model, x = (
        hornbeam.Sequential([layers.Input((2,)), layers.Dense(1, use_bias=False)]),
        hornbeam.random.normal((3, 2), seed=rng),
    )
    update, before = optimizers.SGD(0.5), np.asarray(model.weights[0])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = ops.sum(model(x))
            gradients = tape.gradient(loss, model.trainable_weights)
            update.apply_gradients(zip(gradients, model.trainable_weights))
        return loss

    step()
    np.testing.assert_allclose(np.asarray(model.weights[0]), before - 0.5 * np.asarray(x).sum(0)[:, None], rtol=1e-5)


class TakesTuples(hornbeam.Model):
    def train_step(self, data):
        (x,) = data
        return {"tuple": float(isinstance(x, tuple) and isinstance(x[1], tuple)) + 0 * ops.sum(x[0])}


def test_lists_are_tuples_to_a_step_of_code_for_tensorflow(monkeypatch):
    monkeypatch.setattr(steps_of_backends, "has_tuples", lambda: True)
    model = TakesTuples()
    model.compile("sgd")
    assert model.fit([np.ones((2, 1)), [np.ones((2, 1))]], verbose=0).history["tuple"] == [1.0]


def small_model():
    return hornbeam.Sequential([layers.Dense(3, activation="tanh"), layers.BatchNormalization(), layers.Dense(1)])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_loop_trains_as_fit_does(engine, optimizer):
    hornbeam.utils.set_random_seed(0)
    model = small_model()
    twin = hornbeam.models.clone_model(model)
    for each in (model, twin):
        each.build((None, 2))
    twin.set_weights(model.get_weights())
    update, loss_of, seen = optimizers.get(optimizer), losses.BinaryCrossentropy(from_logits=True), metrics.Mean()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = loss_of(y, outputs) + sum(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        update.apply_gradients(zip(gradients, model.trainable_variables))
        seen.update_state(loss)
        return loss

    values = [float(step(X, Y)) for _ in range(3)]
    twin.compile(optimizer, losses.BinaryCrossentropy(from_logits=True))
    history = twin.fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(values, history, rtol=1e-4)
    for mine, its in zip(model.get_weights(), twin.get_weights()):
        np.testing.assert_allclose(mine, its, rtol=1e-3, atol=1e-5)
    assert float(seen.result()) == pytest.approx(np.mean(values), rel=1e-5)


def test_noise_is_the_same_forward_and_backward(engine):
    w = tf.Variable(np.ones((1, 64), "float32"))
    drop = layers.Dropout(0.5, seed=1)
    with tf.GradientTape() as tape:
        outputs = drop(w, training=True)
        loss = ops.sum(outputs)
    found = np.asarray(tape.gradient(loss, w))
    np.testing.assert_allclose(found, np.asarray(outputs))
    assert 0 < np.count_nonzero(found) < 64


class Custom(hornbeam.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, inputs, training=False):
        return self.dense(inputs)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


def test_a_train_step_of_tensorflow(engine):
    model = Custom()
    model.compile("sgd", "mse")
    history = model.fit(X, Y, epochs=5, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_grad_cam_and_a_gradient_penalty(engine):
    inputs = hornbeam.Input((4, 4, 1))
    maps = layers.Conv2D(2, 3, name="maps")(inputs)
    outputs = layers.Dense(2, activation="softmax")(layers.Flatten()(maps))
    both = hornbeam.Model(inputs, [maps, outputs])
    image = np.arange(16, dtype="float32").reshape(1, 4, 4, 1) / 16
    with tf.GradientTape() as tape:
        shown, predicted = both(image)
        score = predicted[:, tf.argmax(predicted[0])]
    gradient = tape.gradient(score, shown)
    assert gradient.shape == (1, 2, 2, 2) and np.abs(np.asarray(tf.reduce_mean(gradient, axis=(0, 1, 2)))).sum() > 0

    critic = hornbeam.Sequential([layers.Dense(3, activation="tanh"), layers.Dense(1)])
    points = tf.constant(X)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(points)
            values = critic(points, training=True)
        slopes = inner.gradient(values, points)
        penalty = tf.reduce_mean((tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=1)) - 1.0) ** 2)
    found = outer.gradient(penalty, critic.trainable_variables)
    assert [g is None or bool(np.isfinite(np.asarray(g)).all()) for g in found] == [True] * 4
    kernel, step = critic.layers[0].kernel, 1e-2

    def penalty_at(delta):
        before = kernel.numpy()
        kernel.assign(before + delta * np.eye(2, 3, dtype="float32"))
        with tf.GradientTape() as tape:
            tape.watch(points)
            values = critic(points)
        slopes = np.asarray(tape.gradient(values, points))
        kernel.assign(before)
        return ((np.sqrt((slopes**2).sum(1)) - 1) ** 2).mean()

    expected = (penalty_at(step) - penalty_at(-step)) / (2 * step)
    assert float(np.trace(np.asarray(found[0])[:, :2])) == pytest.approx(expected, rel=2e-2, abs=1e-3)


def test_what_layers_add_to_the_loss_has_gradients(engine):
    """As a loop does: in each step anew, and by the weights below."""

    class Cost(layers.Layer):
        def call(self, x):
            self.add_loss(0.5 * ops.sum(ops.square(x)))
            return x

    model = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(2, use_bias=False), Cost(), layers.Dense(1)])
    kernel, x = model.layers[0].kernel, np.array([[1.0, 2.0]], "float32")
    for _ in range(2):
        with tf.GradientTape() as tape:
            loss = 0.0 * ops.sum(model(x, training=True)) + sum(model.losses)
        (gradient,) = tape.gradient(loss, [kernel])
        np.testing.assert_allclose(np.asarray(gradient), x.T @ (x @ kernel.numpy()), rtol=1e-5)
        kernel.assign(kernel.numpy() * 2)


def test_a_model_on_what_a_model_gave(engine):
    """Generator and discriminator, both with inputs of known shape, on two tapes."""
    first = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(2, use_bias=False)])
    second = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1, use_bias=False)])
    x = np.array([[1.0, 2.0]], "float32")
    with tf.GradientTape() as inner, tf.GradientTape() as outer:
        loss = ops.sum(second(first(x, training=True), training=True))
    (a,) = inner.gradient(loss, first.trainable_variables)
    (b,) = outer.gradient(loss, second.trainable_variables)
    np.testing.assert_allclose(np.asarray(a), x.T @ second.get_weights()[0].T, rtol=1e-5)
    np.testing.assert_allclose(np.asarray(b), (x @ first.get_weights()[0]).T, rtol=1e-5)


def test_unit_vectors_keep_their_gradients(engine):
    w = tf.Variable([[3.0, 4.0]])
    with tf.GradientTape() as tape:
        loss = hornbeam.utils.normalize(w * 1.0)[0, 0]
    np.testing.assert_allclose(np.asarray(tape.gradient(loss, w)), [[16 / 125, -12 / 125]], rtol=1e-5)
