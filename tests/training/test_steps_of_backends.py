"""`train_step`, and loops, as Keras 3's guides write them for one backend: results as with the built-in step."""

import numpy as np
import pytest

import hornbeam as hb
from hornbeam import layers

X = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
Y = X.sum(1, keepdims=True) ** 2


class WithState(hb.Model):
    def compute_loss_and_updates(self, trainable_variables, non_trainable_variables, x, y, training=False):
        y_pred, non_trainable_variables = self.stateless_call(
            trainable_variables, non_trainable_variables, x, training=training
        )
        return self.compute_loss(x, y, y_pred), (y_pred, non_trainable_variables)

    def _count(self, metrics_variables, y, y_pred, loss):
        logs, after = {}, []
        for metric in self.metrics:
            mine = metrics_variables[len(after) : len(after) + len(metric.variables)]
            values = (loss,) if metric.name == "loss" else (y, y_pred)
            mine = metric.stateless_update_state(mine, *values)
            logs[metric.name] = metric.stateless_result(mine)
            after += mine
        return logs, after

    def train_step(self, state, data):
        import jax

        trainable, others, of_optimizer, of_metrics = state
        x, y = data
        gradient = jax.value_and_grad(self.compute_loss_and_updates, has_aux=True)
        (loss, (y_pred, others)), grads = gradient(trainable, others, x, y, training=True)
        trainable, of_optimizer = self.optimizer.stateless_apply(of_optimizer, grads, trainable)
        logs, of_metrics = self._count(of_metrics, y, y_pred, loss)
        return logs, (trainable, others, of_optimizer, of_metrics)

    def test_step(self, state, data):
        trainable, others, of_metrics = state
        x, y = data
        y_pred, others = self.stateless_call(trainable, others, x, training=False)
        logs, of_metrics = self._count(of_metrics, y, y_pred, self.compute_loss(x, y, y_pred))
        return logs, (trainable, others, of_metrics)


class AroundTheOwn(hb.Model):
    def train_step(self, state, data):
        logs, state = super().train_step(state, data)
        return logs, state

    def test_step(self, state, data):
        logs, state = super().test_step(state, data)
        return logs, state


class WithBackward(hb.Model):
    def train_step(self, data):
        import torch

        x, y = data
        self.zero_grad()
        y_pred = self(x, training=True)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        loss.backward()
        weights = list(self.trainable_weights)
        gradients = [v.value.grad for v in weights]
        with torch.no_grad():
            self.optimizer.apply(gradients, weights)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


class ZeroesLater(WithBackward):
    """As in loops over modules of PyTorch: the loss is computed before gradients are forgotten."""

    def train_step(self, data):
        import torch

        x, y = data
        y_pred = self(x, training=True)
        loss = self.compute_loss(y=y, y_pred=y_pred)
        self.zero_grad()
        loss.backward()
        weights = list(self.trainable_weights)
        with torch.no_grad():
            self.optimizer.apply([v.value.grad for v in weights], weights)
        self.metrics[0].update_state(loss)
        return self.compute_metrics(x, y, y_pred)


def trained(cls, run_eagerly=False):
    hb.utils.set_random_seed(3)
    x = layers.Input((3,))
    hidden = layers.BatchNormalization()(layers.Dense(4, activation="tanh")(x))
    model = cls(x, layers.Dense(1)(hidden))
    model.compile(hb.optimizers.Adam(0.1), "mse", metrics=["mae"], run_eagerly=run_eagerly)
    history = model.fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0, validation_data=(X, Y)).history
    return history, model.get_weights()


STEPS = [("jax", WithState), ("jax", AroundTheOwn), ("torch", WithBackward), ("torch", ZeroesLater)]


@pytest.mark.parametrize("engine, cls", STEPS, indirect=["engine"])
def test_a_step_of_one_backend_trains_as_the_own_one(engine, cls):
    (history, weights), (found, others) = trained(hb.Model), trained(cls)
    for name, values in history.items():
        np.testing.assert_allclose(found[name], values, rtol=2e-3, atol=1e-5, err_msg=name)
    for weight, other in zip(weights, others, strict=True):
        np.testing.assert_allclose(other, weight, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("engine", ["jax"], indirect=True)
def test_what_is_pytorchs_is_said_to_be(engine):
    with pytest.raises(RuntimeError, match=r"`loss.backward\(\)` are PyTorch's.* On JAX, `train_step` calls"):
        trained(WithBackward)


class TwoOptimizers(hb.Model):
    """A GAN's step with tensors of PyTorch's own, and one model more than `compile` has an optimizer for."""

    def __init__(self):
        super().__init__()
        self.critic = hb.Sequential([hb.Input((3,)), layers.Dense(1)])
        self.maker = hb.Sequential([hb.Input((2,)), layers.Dense(3)])

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer

    def train_step(self, data):
        import torch

        real, logs = data[0] if isinstance(data, tuple) else data, {}
        for model, optimizer in ((self.critic, self.d_optimizer), (self.maker, self.g_optimizer)):
            self.zero_grad()
            made = self.maker(hb.random.normal((real.shape[0], 2), seed=1))
            labels = torch.cat([torch.ones((real.shape[0], 1)), torch.zeros((real.shape[0], 1))])
            loss = hb.losses.BinaryCrossentropy(from_logits=True)(labels, self.critic(torch.cat([real, made])))
            loss.backward()
            weights = model.trainable_weights
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in weights], weights)
            logs[model.name] = loss
        return logs


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_optimizers_that_a_step_with_backward_uses_first_are_made(engine):
    model = TwoOptimizers()
    model.compile(hb.optimizers.Adam(0.1), hb.optimizers.Adam(0.1))
    before = model.get_weights()
    model.fit(X, epochs=2, batch_size=4, verbose=0)
    assert int(model.d_optimizer.iterations) == int(model.g_optimizer.iterations) == 4
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, model.get_weights(), strict=True))


def built():
    hb.utils.set_random_seed(3)
    dense = layers.Dense(4, activation="tanh")
    model = hb.Sequential([layers.Input((3,)), dense, layers.BatchNormalization(), layers.Dense(1)])
    model.compile(hb.optimizers.SGD(0.1, momentum=0.9), "mse")
    return model


def own_loop(model, forward):
    import torch

    optimizer, mse, errors = hb.optimizers.SGD(0.1, momentum=0.9), hb.losses.MeanSquaredError(), hb.metrics.Mean()
    for batch in (slice(0, 4), slice(4, 8)) * 2:
        loss = mse(Y[batch], forward(X[batch]))
        model.zero_grad()
        loss.backward()
        gradients = [v.value.grad for v in model.trainable_weights]
        with torch.no_grad():
            optimizer.apply(gradients, model.trainable_weights)
        errors.update_state(loss)


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_a_loop_of_ones_own_with_backward_trains_as_fit(engine):
    """The model is called before `zero_grad`, as in Keras's guide."""
    model, other = built(), built()
    other.fit(X, Y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    own_loop(model, lambda x: model(x, training=True))
    for weight, expected in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-5)
    assert not any(v.value.requires_grad for v in model.non_trainable_variables)
    for each in (model, other):  # and fits on as any other
        each.compile("sgd", "mse")
        each.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.predict(X, verbose=0), other.predict(X, verbose=0), rtol=1e-3, atol=1e-5)
    before = model.get_weights()
    own_loop(model, model)  # nor is the loop over
    assert not np.array_equal(before[0], model.get_weights()[0])


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_an_optimizer_of_pytorch_trains_parameters(engine):
    import torch

    model = hb.Sequential([layers.Input((3,)), layers.Dense(1)])
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[2] < losses[1] < losses[0]
    np.testing.assert_allclose(model.predict(X, verbose=0), model(X).detach().numpy(), rtol=1e-5)


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_a_loop_over_tensors_calls_the_model_as_it_is(engine):
    """As in Keras's guide: nothing says before the first call that gradients will be asked for."""
    import torch

    model, other = (hb.Sequential([layers.Input((3,)), layers.Dense(1, kernel_initializer="ones")]) for _ in "ab")
    optimizer, mse = hb.optimizers.SGD(0.1), hb.losses.MeanSquaredError()
    for rows in torch.utils.data.DataLoader(torch.arange(8), batch_size=4):
        loss = mse(torch.from_numpy(Y)[rows], model(torch.from_numpy(X)[rows]))
        model.zero_grad()
        loss.backward()
        gradients = [v.value.grad for v in model.trainable_weights]
        with torch.no_grad():
            optimizer.apply(gradients, model.trainable_weights)
    other.compile(hb.optimizers.SGD(0.1), "mse")
    other.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], other.get_weights()[0], rtol=1e-5)
    with torch.no_grad():
        assert not model(torch.from_numpy(X)).requires_grad
    assert isinstance(model(torch.from_numpy(X)).numpy(), np.ndarray)


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_gradients_of_inputs(engine):
    """What an output looks at, as in Grad-CAM."""
    import torch

    model = hb.Sequential([layers.Input((3,)), layers.Dense(2)])
    x = torch.tensor(X, requires_grad=True)
    model(x)[:, 1].sum().backward()
    np.testing.assert_allclose(x.grad, np.tile(model.get_weights()[0][:, 1], (8, 1)), rtol=1e-5)


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_numpy_takes_outputs_whose_gradients_are_kept(engine):
    """Samples with dropout, as code for any backend takes them."""
    model = hb.Sequential([layers.Input((3,)), layers.Dense(4), layers.Dropout(0.5)])
    samples = np.stack([model(X, training=True) for _ in range(2)])
    assert samples.shape == (2, 8, 4)
    assert np.asarray(model(X, training=True)).dtype == model(X).numpy().dtype == "float32"
