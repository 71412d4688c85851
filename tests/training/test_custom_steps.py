"""Steps that users write themselves: ordinary code over variables, compiled on every engine."""

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops


class OwnSteps(hornbeam.Model):
    """Its own loss tracker, its own steps."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(1, kernel_initializer="ones")
        self.tracker = hornbeam.metrics.Mean(name="distance")

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y, _ = hornbeam.utils.unpack_x_y_sample_weight(data)
        loss, gradients = self.value_and_grad(lambda: ops.mean(ops.square(y - self(x, training=True))))
        self.optimizer.apply(gradients)
        self.tracker.update_state(loss)
        return {"distance": self.tracker.result()}

    def test_step(self, data):
        x, y, _ = hornbeam.utils.unpack_x_y_sample_weight(data)
        self.tracker.update_state(ops.mean(ops.abs(y - self(x, training=False))))
        return {"distance": self.tracker.result()}

    def predict_step(self, data):
        x, _, _ = hornbeam.utils.unpack_x_y_sample_weight(data)
        return {"twice": 2 * self(x, training=False)}


def test_own_steps(data, engine):
    model = OwnSteps()
    model.compile(hornbeam.optimizers.SGD(0.1))
    x, y = data.x, data.y
    history = model.fit(x, y, epochs=3, batch_size=8, verbose=0, shuffle=False, validation_data=(x, y)).history
    assert sorted(history) == ["distance", "val_distance"]
    assert history["distance"][-1] < history["distance"][0]
    kernel, bias = model.get_weights()
    outputs = x @ kernel + bias
    assert model.evaluate(x, y, verbose=0) == pytest.approx(np.abs(y - outputs).mean(), rel=1e-5)
    np.testing.assert_allclose(model.predict(x, verbose=0)["twice"], 2 * outputs, rtol=1e-4, atol=1e-5)

    plain = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1, kernel_initializer="ones")])
    plain.compile(hornbeam.optimizers.SGD(0.1), "mse")
    plain.fit(x, y, epochs=3, batch_size=8, verbose=0, shuffle=False)
    np.testing.assert_allclose(kernel, plain.get_weights()[0], rtol=1e-4, atol=1e-5)
    if engine == "jax":
        assert model.compile_count() <= 6  # full and short batches of fit and validation, evaluate, predict


def test_a_step_that_uses_what_compile_was_given(data, engine):
    class Noisy(hornbeam.Sequential):
        def train_step(self, data):
            x, y, weight = hornbeam.utils.unpack_x_y_sample_weight(data)

            def loss_of():
                y_pred = self(x, training=True)
                return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=weight), y_pred

            (loss, y_pred), gradients = self.value_and_grad(loss_of)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            return {"total": loss} | self.compute_metrics(x, y, y_pred, weight)

    histories = []
    for cls in (Noisy, hornbeam.Sequential):
        model = cls([hornbeam.Input((4,)), layers.Dense(1, kernel_initializer="ones", kernel_regularizer="l2")])
        model.compile(hornbeam.optimizers.SGD(0.1), "mse", metrics=["mae"])
        fit = {"batch_size": 10, "epochs": 2, "shuffle": False, "verbose": 0, "sample_weight": data.weight}
        histories.append(model.fit(data.x, data.y, **fit).history)
    own, plain = histories
    assert own["mae"] == pytest.approx(plain["mae"])
    assert "total" in own


def test_own_compute_loss(data, engine):
    class Scaled(hornbeam.Sequential):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 3 * super().compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

    losses = []
    for cls in (Scaled, hornbeam.Sequential):
        model = cls([hornbeam.Input((4,)), layers.Dense(1, kernel_initializer="ones")])
        model.compile("sgd", "mse")
        losses.append(model.evaluate(data.x, data.y, batch_size=8, verbose=0))
    assert losses[0] == pytest.approx(3 * losses[1], rel=1e-5)


class GAN(hornbeam.Model):
    def __init__(self):
        super().__init__()
        self.generator = hornbeam.Sequential(
            [hornbeam.Input((2,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
        )
        self.critic = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(8, activation="tanh"), layers.Dense(1)])
        self.seeds = hornbeam.random.SeedGenerator(1)

    def compile(self, critic_optimizer, **kwargs):
        super().compile(**kwargs)
        self.critic_optimizer = critic_optimizer

    def train_step(self, real):
        if isinstance(real, tuple):
            real = real[0]
        noise = hornbeam.random.normal((real.shape[0], 2), seed=self.seeds)
        judge = hornbeam.losses.BinaryCrossentropy(from_logits=True)
        ones, zeros = ops.ones((real.shape[0], 1)), ops.zeros((real.shape[0], 1))
        critic_loss, gradients = self.value_and_grad(
            lambda: judge(ones, self.critic(real)) + judge(zeros, self.critic(self.generator(noise))),
            self.critic.trainable_variables,
        )
        self.critic_optimizer.apply(gradients, self.critic.trainable_variables)
        loss, gradients = self.value_and_grad(
            lambda: judge(ones, self.critic(self.generator(noise))), self.generator.trainable_variables
        )
        self.optimizer.apply(gradients, self.generator.trainable_variables)
        return {"critic_loss": critic_loss, "loss": loss}


def test_two_optimizers(engine):
    hornbeam.utils.set_random_seed(2)
    gan = GAN()
    gan.compile(hornbeam.optimizers.Adam(0.02), optimizer=hornbeam.optimizers.Adam(0.02))
    real = np.random.default_rng(0).normal(3.0, 0.1, (64, 1)).astype("float32")
    before = [gan.generator.get_weights()[0], gan.critic.get_weights()[0]]
    history = gan.fit(real, epochs=40, batch_size=32, verbose=0).history
    assert sorted(history) == ["critic_loss", "loss"]
    assert all(np.isfinite(history[name]).all() for name in history)
    after = [gan.generator.get_weights()[0], gan.critic.get_weights()[0]]
    assert all(np.abs(a - b).max() > 0.01 for a, b in zip(after, before, strict=True))
    assert int(gan.optimizer.iterations.numpy()) == int(gan.critic_optimizer.iterations.numpy()) == 80
    made = gan.generator.predict(np.random.default_rng(1).normal(size=(50, 2)), verbose=0)
    assert made.mean() > 1.0  # it has moved from 0 towards the real 3


def test_state_that_a_step_assigns_is_kept(data, engine):
    class Counting(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)
            self.steps = self.add_weight(shape=(), initializer="zeros", trainable=False, name="steps")

        def call(self, x, training=False):
            if training:
                self.steps.assign_add(1.0)
            return self.dense(x)

    model = Counting()
    model.compile("sgd", "mse")
    model.fit(data.x, data.y, batch_size=4, epochs=3, verbose=0)
    assert float(model.steps) == 15
    model.evaluate(data.x, data.y, verbose=0)
    model.predict(data.x, verbose=0)
    assert float(model.steps) == 15


@pytest.mark.parametrize("given", [("x",), ("x", "y"), ("x", "y", "weight")], ids=" ".join)
def test_a_step_gets_as_much_as_there_is(given, data):
    """As in Keras: `x, y = data` where there are no sample weights."""
    seen = []

    class Model(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense = hornbeam.layers.Dense(1)

        def call(self, x):
            return self.dense(x)

        def train_step(self, data):
            seen.append(len(data) if isinstance(data, tuple) else "x")
            x = data[0] if isinstance(data, tuple) else data
            loss, gradients = self.value_and_grad(lambda: ops.mean(self(x, training=True) ** 2))
            self.optimizer.apply(gradients)
            return {"loss": loss}

    model = Model()
    model.compile("sgd")
    arguments = dict(zip(("x", "y", "sample_weight"), (getattr(data, name) for name in given)))
    model.fit(**arguments, batch_size=8, verbose=0)
    assert set(seen) == {len(given) if len(given) > 1 else "x"}
