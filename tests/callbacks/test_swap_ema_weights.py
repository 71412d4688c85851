"""SwapEMAWeights: averages while a model is evaluated, predicts and is saved, against real Keras."""

import keras
import numpy as np
import pytest

import hornbeam

X = np.arange(8, dtype="float32").reshape(8, 1) / 8
Y = 2 * X + 1


def compiled(k, optimizer=None):
    model = k.Sequential([k.Input((1,)), k.layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizer or k.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9), "mse")
    return model


def weight(model):
    return round(float(np.ravel(model.get_weights()[0])[0]), 5)


def seen_by_callbacks(k, **arguments):
    """The weight that a callback finds behind SwapEMAWeights, and the history."""
    seen = []

    class Look(k.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append(("epoch begins", weight(self.model)))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(("epoch ends", weight(self.model)))

        def on_test_begin(self, logs=None):
            seen.append(("test begins", weight(self.model)))

        def on_test_end(self, logs=None):
            seen.append(("test ends", weight(self.model)))

        def on_predict_begin(self, logs=None):
            seen.append(("predict", weight(self.model)))

    model, callbacks = compiled(k), [k.callbacks.SwapEMAWeights(**arguments), Look()]
    options = {"batch_size": 4, "shuffle": False, "verbose": 0, "callbacks": callbacks}
    history = model.fit(X, Y, epochs=2, validation_data=(X, Y), **options).history
    seen.append(("after fit", weight(model)))
    model.predict(X, verbose=0, callbacks=callbacks)
    return seen, history


def test_evaluations_see_averages_as_in_keras(engine):
    (seen, history), (expected, their_history) = (seen_by_callbacks(k) for k in (hornbeam, keras))
    assert [what for what, _ in seen] == [what for what, _ in expected]
    np.testing.assert_allclose([value for _, value in seen], [value for _, value in expected], atol=2e-5)
    np.testing.assert_allclose(history["val_loss"], their_history["val_loss"], rtol=1e-5)


def test_callbacks_behind_it_see_averages_between_epochs(engine):
    """Keras 3.15.1 on JAX ends in "Array has been deleted" here."""
    plain, swapped = (dict(seen_by_callbacks(hornbeam, swap_on_epoch=swap)[0]) for swap in (False, True))
    assert swapped["epoch ends"] == swapped["test begins"] == swapped["after fit"] == plain["after fit"]
    assert swapped["epoch begins"] == plain["epoch begins"]  # training goes on from where it was


def test_a_checkpoint_holds_the_averages(engine, tmp_path):
    model, path = compiled(hornbeam), tmp_path / "{epoch}.keras"
    callbacks = [hornbeam.callbacks.SwapEMAWeights(swap_on_epoch=True), hornbeam.callbacks.ModelCheckpoint(path)]
    model.fit(X, Y, epochs=2, verbose=0, callbacks=callbacks)
    assert weight(hornbeam.saving.load_model(tmp_path / "2.keras")) == weight(model)


def test_a_failed_evaluation_leaves_the_trained_weights():
    class Fail(hornbeam.callbacks.Callback):
        def on_test_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    trained, callbacks = [], hornbeam.callbacks
    alone = compiled(hornbeam)
    alone.fit(
        X, Y, verbose=0, callbacks=callbacks.LambdaCallback(on_epoch_end=lambda *_: trained.append(weight(alone)))
    )
    model = compiled(hornbeam)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, verbose=0, validation_data=(X, Y), callbacks=[callbacks.SwapEMAWeights(), Fail()])
    assert [weight(model)] == trained


@pytest.mark.parametrize("wrap", ["scaled", "several"])
def test_optimizers_around_others(wrap):
    inner = hornbeam.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    optimizer = {
        "scaled": lambda: hornbeam.optimizers.LossScaleOptimizer(inner),
        "several": lambda: hornbeam.optimizers.MultiOptimizer(hornbeam.optimizers.OptimizerMap(inner)),
    }[wrap]()
    model = compiled(hornbeam, optimizer)
    losses = model.fit(
        X, Y, verbose=0, validation_data=(X, Y), callbacks=[hornbeam.callbacks.SwapEMAWeights()]
    ).history["val_loss"]
    assert losses[0] == pytest.approx(model.evaluate(X, Y, verbose=0), rel=1e-5)  # `fit` ends with the averages


def test_an_optimizer_without_averages():
    model = compiled(hornbeam, hornbeam.optimizers.SGD(0.1))
    with pytest.raises(ValueError, match=r"needs an optimizer that averages .* `Adam\(use_ema=True\)`. Received: opt"):
        model.fit(X, Y, verbose=0, callbacks=[hornbeam.callbacks.SwapEMAWeights()])
