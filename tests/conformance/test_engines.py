"""The same weights give the same numbers on every engine: forward, gradients, and what training assigns."""

import numpy as np
import pytest
from build import forward_and_gradients, instance
from layer_table import LAYERS, rows_with
from table import ACTIVATIONS, CONSTRAINTS, INITIALIZERS, LOSSES, METRICS, OPTIMIZERS, REGULARIZERS, SHAPES, make

from hornbeam import Variable, activations, config
from hornbeam import engine as engines

ENGINES = ("jax", "torch")


def on_each(compute):
    """`compute(engine)` on JAX and on PyTorch."""
    previous = config.backend()
    results = []
    for name in ENGINES:
        config.set_backend(name)
        results.append(compute(name))
    config.set_backend(previous)
    return results


def assert_close(found, expected, tolerance=2e-5):
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


# The others agree, since each agrees with real Keras: `test_keras_values.py`.
@pytest.mark.parametrize("name", [name for name in rows_with("forward", "gradient") if "keras" in LAYERS[name].without])
def test_layers_that_keras_lacks_agree(name):
    jax, torch = on_each(lambda engine: forward_and_gradients(name, instance(name, engine), training=True))
    assert_close(jax.outputs, torch.outputs)
    assert_close(jax.gradients, torch.gradients, 1e-4)
    assert_close(jax.state, torch.state)
    assert all(np.isfinite(g).all() for g in jax.gradients)


CLASS_INDICES = ("CategoricalGeneralizedCrossEntropy", "Circle")


def targets(name):
    """One-hot targets or classes, as the loss or metric takes them, and probabilities."""
    rng = np.random.default_rng(7)
    if name == "CTC":
        return np.array([[1, 2], [3, 1]], "int32"), rng.normal(size=(2, 5, 4)).astype("float32")
    y_pred = rng.dirichlet(np.ones(4), 5).astype("float32")
    classes = np.array([0, 2, 1, 3, 3], "int32")
    return classes if name.startswith("Sparse") or name in CLASS_INDICES else np.eye(4, dtype="float32")[
        classes
    ], y_pred


@pytest.mark.parametrize("name", LOSSES)
def test_losses_agree(name):
    y_true, y_pred = targets(name)
    loss = make("losses", name)
    jax, torch = on_each(lambda engine: engines.to_numpy(loss(y_true, y_pred)))
    np.testing.assert_allclose(jax, torch, rtol=1e-5)


@pytest.mark.parametrize("name", METRICS)
def test_metrics_agree(name):
    values = targets(name) if name not in ("Sum", "Mean") else targets(name)[1:]
    by_column = name in ("CosineSimilarity", "PearsonCorrelation")  # their axis is 0 in the table
    weights = np.array([1, 0, 2, 0.5, 1], "float32")[: 4 if by_column else 5]

    def two_batches(engine):
        metric = make("metrics", name)
        metric.update_state(*values)
        metric.update_state(*values, sample_weight=weights)
        return engines.to_numpy(metric.result())

    jax, torch = on_each(two_batches)
    np.testing.assert_allclose(jax, torch, rtol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_agree(name):
    rng = np.random.default_rng(8)
    start = rng.normal(size=(3, 2)).astype("float32")
    gradients = rng.normal(size=(3, 3, 2)).astype("float32")

    def three_steps(engine):
        weight, optimizer = Variable(start), make("optimizers", name)
        optimizer.build([weight])
        for gradient in gradients:
            optimizer.apply([engines.asarray(gradient)])
        return [v.numpy() for v in [weight, *optimizer.variables]]

    assert_close(*on_each(three_steps))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_agree(name):
    jax, torch = on_each(lambda engine: engines.to_numpy(make("initializers", name)(SHAPES.get(name, (4, 3)))))
    np.testing.assert_array_equal(jax, torch)


@pytest.mark.parametrize(
    ("family", "name"), [("regularizers", n) for n in REGULARIZERS] + [("constraints", n) for n in CONSTRAINTS]
)
def test_functions_of_weights_agree(family, name):
    weight = np.random.default_rng(9).normal(size=(4, 3)).astype("float32")
    jax, torch = on_each(lambda engine: engines.to_numpy(make(family, name)(weight)))
    np.testing.assert_allclose(jax, torch, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in ("linear", "threshold")])
def test_activations_agree(name):
    x = np.random.default_rng(10).normal(size=(3, 4)).astype("float32") * 3
    jax, torch = on_each(lambda engine: engines.to_numpy(activations.get(name)(x)))
    np.testing.assert_allclose(jax, torch, rtol=1e-5, atol=1e-6)
