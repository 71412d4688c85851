"""Steps that are compiled, or recorded and replayed on PyTorch, do what they do one operation at a time."""

import gc
import threading
import weakref

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops

pytestmark = pytest.mark.usefixtures("few_to_collect")

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(40, 3)).astype("float32"), rng.integers(0, 2, (40, 1)).astype("float32")


def mlp(extra=list, **options):
    hornbeam.utils.set_random_seed(1)
    model = hornbeam.Sequential(
        [layers.Input((3,)), layers.Dense(5, activation="tanh"), *extra(), layers.Dense(1, activation="sigmoid")]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"], **options)
    return model


def history(model, **options):
    return model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, **options).history


@pytest.mark.parametrize("extra", [list, lambda: [layers.Dropout(0.3)], lambda: [layers.BatchNormalization()]])
def test_as_without_compilation(engine, extra):
    found, expected = history(mlp(extra)), history(mlp(extra, run_eagerly=True))
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4)


def test_compiled_a_few_times_and_not_per_step(engine):
    model = mlp()
    history(model)
    count = model.compile_count()
    assert count <= 4
    history(model)
    assert model.compile_count() == count


def test_each_step_has_its_own_noise(engine):
    hornbeam.utils.set_random_seed(1)
    model = hornbeam.Sequential([layers.Input((64,)), layers.Dropout(0.5), layers.Dense(1, use_bias=False)])
    model.compile(loss="mean_absolute_error", optimizer=hornbeam.optimizers.SGD(0.0))
    losses = [model.train_on_batch(np.ones((1, 64)), np.zeros((1, 1))) for _ in range(5)]
    losses += model.fit(np.ones((1, 64)), np.zeros((1, 1)), epochs=5, verbose=0).history["loss"]
    assert len({round(float(np.ravel(loss)[0]), 6) for loss in losses}) == 10


class Moody(layers.Layer):
    """Does one thing or another, by the values that it sees."""

    def call(self, x):
        if float(ops.convert_to_numpy(ops.sum(x))) > 0:
            return x * 2
        return x - 1

    def compute_output_shape(self, input_shape):
        return input_shape


def test_a_layer_that_looks_at_values_trains_all_the_same():
    if hornbeam.config.backend() != "torch":
        pytest.skip("JAX compiles no such layer")
    found, expected = history(mlp(lambda: [Moody()])), history(mlp(lambda: [Moody()], run_eagerly=True))
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-4)


def test_other_batch_sizes(engine):
    model, other = mlp(), mlp(run_eagerly=True)
    for rows in (8, 5, 8, 1, 5):
        np.testing.assert_allclose(
            model.train_on_batch(X[:rows], Y[:rows]), other.train_on_batch(X[:rows], Y[:rows]), rtol=1e-4
        )


class Own(hornbeam.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1)

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = data[:2]
        loss, gradients = self.value_and_grad(lambda: ops.mean((self(x, training=True) - y) ** 2))
        self.optimizer.apply(gradients)
        return {"loss": loss}


def test_a_step_of_ones_own(engine):
    def losses(**options):
        hornbeam.utils.set_random_seed(2)
        model = Own()
        model.compile(optimizer="sgd", **options)
        return history(model)["loss"]

    np.testing.assert_allclose(losses(), losses(run_eagerly=True), rtol=1e-4)


def test_threads_may_predict_at_once(engine):
    model = mlp()
    expected = {n: model.predict(X[:n], verbose=0) for n in (3, 8, 20)}
    fresh = hornbeam.models.clone_model(model)
    fresh.set_weights(model.get_weights())
    wrong = []

    def work():
        for _ in range(5):
            for n, y in expected.items():
                if not np.allclose(fresh.predict(X[:n], verbose=0), y, atol=1e-5):
                    wrong.append(n)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_programs_die_with_their_model():
    if hornbeam.config.backend() != "torch":
        pytest.skip("about recordings")
    model = mlp()
    history(model)
    weight = weakref.ref(model.weights[0])
    del model
    gc.collect()
    assert weight() is None
