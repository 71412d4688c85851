"""What is compiled and when, threads, repeated runs, memory."""

import gc
import subprocess
import sys
import textwrap
import threading
import weakref

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks, layers, optimizers

pytestmark = pytest.mark.usefixtures("few_to_collect")

SPARSE = "sparse_categorical_crossentropy"


@pytest.fixture
def jax(jax):
    """JAX, with nothing compiled yet."""
    hornbeam.utils.clear_session()


def compiled(*more, loss="mse"):
    model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(5, activation="relu"), *more, layers.Dense(1)])
    model.compile(hornbeam.optimizers.SGD(0.1), loss)
    return model


def run_everything(model, rows, batch_size=8):
    x, y = np.ones((rows, 4), "float32"), np.ones((rows, 1), "float32")
    model.fit(x, y, epochs=2, batch_size=batch_size, validation_data=(x[:9], y[:9]), verbose=0)
    model.evaluate(x[:11], y[:11], batch_size=batch_size, verbose=0)
    model.predict(x, verbose=0)


@pytest.mark.parametrize(("rows", "batch_size"), [(20, 8), (17, 8), (32, 8), (31, 30)])
def test_three_programs_for_any_number_of_rows(rows, batch_size, jax):
    model = compiled(layers.Dropout(0.3))
    run_everything(model, rows, batch_size)
    assert model.compile_count() == 3
    model.fit(np.ones((rows, 4)), np.ones((rows, 1)), batch_size=batch_size, epochs=3, verbose=0)
    model.predict(np.ones((rows - 1, 4)), verbose=0)
    assert model.compile_count() == 3


def test_one_more_where_rows_are_mixed_and_the_last_batch_is_short(jax):
    model = compiled(layers.BatchNormalization())
    run_everything(model, 24)
    assert model.compile_count() == 3
    run_everything(model, 20)
    assert model.compile_count() == 4


def test_another_learning_rate_compiles_nothing_and_takes_effect(data, regressor, engine):
    regressor.fit(data.x, data.y, verbose=0)
    count, weights = regressor.compile_count(), regressor.get_weights()
    regressor.optimizer.learning_rate = 0.0
    regressor.fit(data.x, data.y, verbose=0)
    for after, before in zip(regressor.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(after, before)
    regressor.optimizer.learning_rate = 0.1
    regressor.fit(data.x, data.y, verbose=0)
    assert np.abs(regressor.get_weights()[0] - weights[0]).max() > 0
    if engine == "jax":
        assert regressor.compile_count() == count


def test_callbacks_and_schedules_that_change_the_learning_rate_compile_nothing(data, regressor, engine):
    def fit(epochs, *others):
        regressor.fit(data.x, data.y, epochs=epochs, verbose=0, callbacks=list(others))
        return float(regressor.optimizer.learning_rate)

    fit(1)
    count, start = regressor.compile_count(), float(regressor.optimizer.learning_rate)
    on_plateau = callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=1e9, min_lr=0.0)
    assert fit(4, on_plateau) < start
    assert fit(3, callbacks.LearningRateScheduler(lambda epoch: 0.1 / (1 + epoch))) == pytest.approx(0.1 / 3)
    if engine == "jax":
        assert regressor.compile_count() == count
    regressor.compile(optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)), "mse")
    assert 0 < fit(2) < 0.1
    assert 0 < fit(2) < float(optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)(2))  # it goes on, in one program
    if engine == "jax":
        assert regressor.compile_count() == 1


def test_freezing_a_layer_takes_effect_at_the_next_compile(data, regressor):
    regressor.fit(data.x, data.y, verbose=0)
    regressor.layers[0].trainable = False
    regressor.compile(regressor.optimizer, "mse")
    frozen, moving = regressor.layers[0].get_weights()[0], regressor.layers[1].get_weights()[0]
    regressor.fit(data.x, data.y, verbose=0)
    np.testing.assert_array_equal(regressor.layers[0].get_weights()[0], frozen)
    assert np.abs(regressor.layers[1].get_weights()[0] - moving).max() > 0
    regressor.layers[0].trainable = True
    regressor.compile(regressor.optimizer, "mse")
    regressor.fit(data.x, data.y, verbose=0)
    assert np.abs(regressor.layers[0].get_weights()[0] - frozen).max() > 0


def test_another_rate_of_dropout_takes_effect_at_the_next_fit(data, engine):
    dropout = layers.Dropout(0.1)
    model = hornbeam.Sequential([hornbeam.Input((4,)), dropout, layers.Dense(1)])
    model.compile(hornbeam.optimizers.SGD(0.0), "mse")
    for rate in (0.5, 0.0, 0.3):
        dropout.rate = rate
        first, second = model.fit(data.x, data.y, epochs=2, verbose=0).history["loss"]
        assert (first == pytest.approx(second)) == (rate == 0)


def test_new_weights_reach_the_compiled_programs(data, regressor):
    regressor.predict(data.x, verbose=0)
    regressor.evaluate(data.x, data.y, verbose=0)
    regressor.set_weights([np.zeros_like(weight) for weight in regressor.get_weights()])
    assert not regressor.predict(data.x, verbose=0).any()
    assert regressor.evaluate(data.x, data.y, verbose=0) == pytest.approx(float((data.y**2).mean()), rel=1e-5)


@pytest.mark.parametrize("noise", [False, True], ids=["plain", "dropout"])
def test_the_same_seed_gives_the_same_bits(noise, data, engine):
    results = []
    for _ in range(2):
        hornbeam.utils.set_random_seed(11)
        model = compiled(*[layers.Dropout(0.4)] * noise)
        history = model.fit(data.x, data.y, epochs=3, batch_size=8, validation_split=0.2, verbose=0).history
        results.append((history, model.get_weights()))
    assert results[0][0] == results[1][0]
    for first, second in zip(results[0][1], results[1][1], strict=True):
        np.testing.assert_array_equal(first, second)


def test_another_seed_gives_other_weights(data, engine):
    weights = []
    for seed in (1, 2):
        hornbeam.utils.set_random_seed(seed)
        weights.append(compiled().get_weights()[0])
    assert np.abs(weights[0] - weights[1]).max() > 0


def test_threads_may_predict_at_once(classifier):
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(rows, 4)).astype("float32") for rows in (1, 3, 8, 9, 20, 33, 40, 129)]
    expected = [classifier.predict(x, verbose=0) for x in inputs]
    fresh = hornbeam.models.clone_model(classifier)  # nothing compiled yet
    fresh.set_weights(classifier.get_weights())
    wrong, start = [], threading.Barrier(len(inputs))

    def work(x, outputs):
        start.wait()
        try:
            for _ in range(10):
                np.testing.assert_allclose(fresh.predict(x, verbose=0), outputs, rtol=1e-5, atol=1e-6)
                np.testing.assert_allclose(fresh(x), outputs, rtol=1e-5, atol=1e-6)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(inputs, expected, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_may_train_models_of_their_own(data, engine):
    losses = {}

    def work(i):
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(1, kernel_initializer="ones")])
        model.compile(hornbeam.optimizers.SGD(0.1), "mse")
        losses[i] = model.fit(data.x, data.y, epochs=3, shuffle=False, batch_size=8, verbose=0).history["loss"]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(losses) == 4
    for found in losses.values():
        assert found == pytest.approx(losses[0], rel=1e-6)


def test_programs_die_with_the_model(data, engine):
    model = compiled(layers.Dropout(0.1))
    model.fit(data.x, data.y, validation_split=0.2, verbose=0)
    model.predict(data.x, verbose=0)
    watched = [weakref.ref(model), weakref.ref(model.optimizer), weakref.ref(model.layers[0])]
    watched += [weakref.ref(program) for program in model.__hornbeam__.run_state.trainer.programs]
    del model
    gc.collect()
    assert [reference() for reference in watched] == [None] * len(watched)


MEMORY = """
    import gc, resource, sys
    import numpy as np
    import hornbeam

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 2**20

    x, y = np.ones((40, 4), "float32"), np.ones((40, 1), "float32")

    def once():
        model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(3), hornbeam.layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(x, y, verbose=0)
        model.predict(x, verbose=0)

    sizes = []
    for i in range(int(sys.argv[1])):
        once()
        if i % 10 == 9:
            gc.collect()
            sizes.append(resident())
    half = sizes[len(sizes) // 2 :]
    print(np.polyfit(10 * np.arange(len(half)), half, 1)[0])
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_does_not_grow_with_the_number_of_models(engine):
    """MiB of resident memory per model, over the second half of 200 that are built, trained, asked and dropped."""
    import os

    environment = os.environ | {"HORNBEAM_ENGINE": engine}
    command = [sys.executable, "-c", textwrap.dedent(MEMORY), "200"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert float(found.stdout) < 0.1
