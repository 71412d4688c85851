"""What optimizers do inside `fit`: averages at the end, scaled losses, layers that thaw, files of real Keras."""

import warnings

import numpy as np
import pytest

import hornbeam
from hornbeam import optimizers

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def make(k=hornbeam):
    return k.Sequential([k.Input((3,)), k.layers.Dense(4, activation="tanh"), k.layers.Dense(1)])


def fit(model, epochs=2):
    return model.fit(X, Y, epochs=epochs, batch_size=4, shuffle=False, verbose=0).history["loss"]


@pytest.mark.parametrize(
    "options",
    [
        {"use_ema": True, "ema_momentum": 0.5},
        {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
        {"loss_scale_factor": 8.0, "clipvalue": 0.5},
        {"gradient_accumulation_steps": 3, "weight_decay": 0.1},
    ],
    ids=lambda options: "-".join(options),
)
def test_fit_is_that_of_keras(engine, options):
    import keras

    mine, theirs = make(), make(keras)
    mine.set_weights(theirs.get_weights())
    mine.compile(optimizers.Adam(0.1, **options), "mse")
    theirs.compile(keras.optimizers.Adam(0.1, **options), "mse")
    np.testing.assert_allclose(fit(mine), fit(theirs), rtol=1e-4)
    for a, b in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", ["Adafactor", "Muon", "ScheduleFreeAdamW", "Nadam"])
def test_files_go_both_ways(engine, name, tmp_path):
    import keras

    mine = make()
    mine.compile(getattr(optimizers, name)(0.05), "mse")
    fit(mine)
    mine.save(tmp_path / "mine.keras")
    theirs = keras.saving.load_model(tmp_path / "mine.keras")
    for a, b in zip(mine.optimizer.variables, theirs.optimizer.variables, strict=True):
        np.testing.assert_allclose(a.numpy(), np.asarray(b), rtol=1e-6)
    np.testing.assert_allclose(fit(theirs), fit(mine), rtol=1e-3)
    theirs.save(tmp_path / "theirs.keras")
    again = hornbeam.saving.load_model(tmp_path / "theirs.keras")
    np.testing.assert_allclose(fit(again), fit(theirs), rtol=1e-3)


def test_layers_thaw_and_freeze(engine, tmp_path):
    model = make()
    first = model.layers[0]
    first.trainable = False
    model.compile(optimizers.Adam(0.1, use_ema=True), "mse")
    frozen = first.get_weights()[0].copy()
    fit(model)
    assert (first.get_weights()[0] == frozen).all()
    kept = {v.path: v.numpy().copy() for v in model.optimizer.variables}
    first.trainable = True
    model.compile(model.optimizer, "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(model)
    assert not (first.get_weights()[0] == frozen).any()
    assert kept.keys() < {v.path for v in model.optimizer.variables}
    assert int(model.optimizer.iterations) == 12
    model.save(tmp_path / "m.keras")
    loaded = hornbeam.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(fit(loaded), fit(model), rtol=1e-4)
    first.trainable = False
    model.compile(model.optimizer, "mse")
    now = first.get_weights()[0].copy()
    fit(model)
    assert (first.get_weights()[0] == now).all()


def test_the_rate_may_follow_a_schedule_or_a_function(engine):
    for rate in (optimizers.schedules.ExponentialDecay(0.1, 3, 0.5), lambda: 0.05):
        model = make()
        model.compile(optimizers.SGD(rate), "mse")
        losses = fit(model, 3)
        assert losses[-1] < losses[0]


def test_small_variables_that_were_updated_together_stay_themselves():
    """On PyTorch they are views of one array."""
    previous = hornbeam.config.backend()
    hornbeam.config.set_backend("torch")
    try:
        a, b = hornbeam.Variable(np.ones((2, 3), "float32")), hornbeam.Variable(np.ones(2, "float32"))
        optimizer = optimizers.Adam(0.1)
        for _ in range(2):
            optimizer.apply([np.ones((2, 3), "float32"), np.ones(2, "float32")], [a, b])
        before = b.numpy().copy()
        a.assign(np.zeros((2, 3), "float32"))
        assert (b.numpy() == before).all()
        optimizer.apply([np.ones((2, 3), "float32"), np.ones(2, "float32")], [a, b])
        np.testing.assert_allclose(a.numpy(), -0.1, rtol=1e-4)
        np.testing.assert_allclose(b.numpy(), 0.7, rtol=1e-4)
    finally:
        hornbeam.config.set_backend(previous)
