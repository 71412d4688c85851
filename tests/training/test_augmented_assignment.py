"""`x += y` in users' code never changes what others have: arrays stay as they are, on PyTorch as on JAX."""

import numpy as np
import pytest

import hornbeam as hb
from hornbeam import engine as active
from hornbeam import layers, ops

X, Y = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3), np.ones((4, 1), "float32")


class Gate(layers.Layer):
    def build(self, input_shape):
        self.b = self.add_weight((input_shape[-1],), "zeros")

    def call(self, x):
        a = ops.exp(x)
        a += self.b
        b = a
        b *= x  # `a`, which the gradient of the next line needs, stays
        b /= ops.sum(a, axis=-1, keepdims=True) + 1.0
        b -= 0.5
        b **= 2
        return b


def weighted(y_true, y_pred):
    total = ops.zeros_like(y_pred[:, 0])
    total += ops.square(y_pred - y_true)[:, 0]
    y_pred *= 2.0
    total += 0.1 * ops.exp(y_pred)[:, 0]
    return total


def bias(y_true, y_pred):
    y_pred -= y_true
    return ops.mean(y_pred, axis=-1)


class Own(hb.Model):
    def train_step(self, data):
        logs = super().train_step(data)
        doubled = logs["loss"]
        doubled *= 2
        return {**logs, "doubled": doubled}


def trained(run_eagerly):
    hb.utils.set_random_seed(1)
    inputs = layers.Input((3,))
    hidden = layers.Lambda(lambda x: _halved(x))(Gate()(layers.Dense(3)(inputs)))
    model = Own(inputs, layers.Dense(1)(hidden))
    model.compile("sgd", weighted, metrics=[bias], run_eagerly=run_eagerly)
    history = model.fit(X, Y, batch_size=2, epochs=2, verbose=0, shuffle=False).history
    return {name: np.array(values) for name, values in history.items()}


def _halved(x):
    x /= 2.0
    return x


EXPECTED = {}


def test_in_layers_losses_metrics_and_steps(engine):
    compiled, eager = trained(False), trained(True)
    assert set(compiled) == set(eager) == {"bias", "loss", "doubled"}
    for name, values in compiled.items():
        np.testing.assert_allclose(values, eager[name], rtol=1e-4)
        np.testing.assert_allclose(values, EXPECTED.setdefault(name, values), rtol=1e-4)  # on the other engine
    np.testing.assert_allclose(compiled["doubled"][1], 2 * compiled["loss"][1], rtol=0.5)


def test_what_was_passed_stays(engine):
    x, y = active.asarray(X), active.asarray(Y)
    layers.Lambda(_halved)(x)
    hb.losses.LossFunctionWrapper(weighted)(y, y)
    hb.metrics.MeanMetricWrapper(bias).update_state(y, y)
    np.testing.assert_array_equal(active.to_numpy(x), X)
    np.testing.assert_array_equal(active.to_numpy(y), Y)


@pytest.mark.parametrize("engine", ["torch"], indirect=True)
def test_what_pytorch_means_it_does(engine):
    """Its modules, steps down a gradient by hand, and code outside of Hornbeam's calls change tensors as ever."""
    import torch

    x = torch.zeros(2)
    kept = x
    x += 1
    assert kept.tolist() == [1, 1]

    class Counting(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("calls", torch.zeros(1))

        def forward(self, x):
            calls = self.calls
            calls += 1
            return x + calls

    layer = layers.TorchModuleWrapper(Counting())
    assert [active.to_numpy(layer(np.zeros((1, 1), "float32"), training=True)).item() for _ in range(2)] == [1, 2]

    class Descends(layers.Layer):
        def call(self, x):
            w = torch.ones(2, requires_grad=True)
            seen = w
            with torch.no_grad():
                w -= 0.5
            return seen * x

    assert active.to_numpy(Descends()(np.ones((1, 2), "float32"))).tolist() == [[0.5, 0.5]]
