"""Random numbers without a seed, anywhere in the code of a model: fresh ones at every step, repeated by a seed."""

import threading

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, ops, random, utils

X, Y = np.ones((8, 1), "float32"), np.zeros((8, 1), "float32")


class Noisy(layers.Layer):
    def call(self, x):
        return x + random.normal((1,))


class Dropped(layers.Layer):
    def call(self, x):
        return random.dropout(x, 0.5) + 0 * random.uniform((1,))


class NoisyCell(layers.Layer):
    state_size = output_size = 1

    def call(self, x, states):
        noise = random.normal((1, 1))
        return noise + 0 * x, [states[0] + noise]


def noisy_lambda():
    return layers.Lambda(lambda x: x + random.normal((1,)))


def made(layer=None, loss="mse", **arguments):
    """A model that learns nothing, so that whatever differs between steps was drawn."""
    dense = layers.Dense(1, kernel_initializer="ones")
    model = hornbeam.Sequential([hornbeam.Input((1,)), dense, layer or Noisy()])
    model.compile(hornbeam.optimizers.SGD(0.0), loss, **arguments)
    return model


def values_of(run):
    """What a run gives twice, once more with the same seed, and with another."""
    results = []
    for seed in (1, 1, 2):
        utils.set_random_seed(seed)
        results.append(run())
    first, again, other = (np.asarray(result) for result in results)
    np.testing.assert_array_equal(first, again)
    assert np.all(first != other)
    return first


@pytest.mark.parametrize("layer", [Noisy, Dropped, noisy_lambda])
def test_every_step_of_every_method_draws_anew(engine, layer):
    def run():
        model = made(layer())
        history = model.fit(X, Y, batch_size=4, epochs=3, shuffle=False, verbose=0).history["loss"]
        results = [
            *history,
            *(model.train_on_batch(X, Y) for _ in range(2)),
            *(model.test_on_batch(X, Y) for _ in "ab"),
        ]
        results += [model.evaluate(X, Y, verbose=0) for _ in range(2)]
        results += [float(ops.mean(model(X))) for _ in range(2)]
        return results + [float(model.predict(X, verbose=0).mean()) for _ in range(2)]

    results = [run(), run()]
    if layer is not Dropped:  # which may drop as many by chance
        assert len({round(value, 6) for value in results[0] + results[1]}) == 26
        values_of(run)


NOISE = layers.GaussianNoise(1.0)


class Borrowing(layers.Layer):
    """It holds no seed: that of a layer which only a global name leads to is none of the model's."""

    def call(self, x, training=None):
        return NOISE(x, training=training)


def test_noise_of_a_layer_that_the_model_does_not_hold(engine):
    found = values_of(lambda: made(Borrowing()).fit(X, Y, batch_size=4, epochs=4, verbose=0).history["loss"])
    assert len({round(float(value), 6) for value in found}) == 4


def test_a_training_run_in_a_dispatch_repeats_to_the_bit(engine):
    def run():
        model = made()
        model.compile("sgd", "mse")
        model.fit(X, Y, batch_size=2, epochs=2, verbose=0)
        return model.get_weights()[0]

    values_of(run)


def test_in_losses_metrics_and_steps_of_ones_own(engine):
    class Own(hornbeam.Sequential):
        def train_step(self, data):
            return {"noise": random.normal((1,))[0]}

    def noise(y, y_pred):
        return ops.mean(y_pred * 0, -1) + random.normal((1,))[0]

    identity = layers.Activation("linear")
    for model in (made(identity, noise), made(identity, "mse", metrics=[noise])):
        logs = model.fit(X, Y, epochs=3, verbose=0).history
        assert len(set(list(logs.values())[-1])) == 3
    own = Own([hornbeam.Input((1,)), layers.Dense(1)])
    own.compile("sgd")
    assert len(set(own.fit(X, Y, epochs=3, verbose=0).history["noise"])) == 3


def test_every_time_step_of_a_cell(engine):
    rnn = layers.RNN(NoisyCell(), return_sequences=True)
    model = hornbeam.Sequential([hornbeam.Input((4, 1)), layers.Dense(1), rnn])
    model.compile("sgd", "mse")
    x = np.ones((2, 4, 1), "float32")
    model.fit(x, x, verbose=0)
    outputs = [model.predict(x, verbose=0)[0], model.predict(x, verbose=0)[0], ops.convert_to_numpy(rnn(x))[0]]
    assert len({round(float(value), 6) for output in outputs for value in output[:, 0]}) == 12


def test_run_eagerly(engine):
    model = made(run_eagerly=True)
    assert len(set(model.fit(X, Y, epochs=3, verbose=0).history["loss"])) == 3
    assert len({float(model.predict(X, verbose=0).mean()) for _ in "abc"}) == 3


def test_programs_are_shared_and_compiled_once(engine):
    for expected in (1, 0):
        model = made()
        model.fit(X, Y, batch_size=8, epochs=2, verbose=0)
        assert model.compile_count() == expected
    quiet = made(layers.Activation("linear"))
    quiet.fit(X, Y, verbose=0)
    program = quiet.__hornbeam__.run_state.trainer.program("train")
    assert not [variable for variable in program.variables if variable.name == "seed_generator_state"]


def test_a_new_seed_between_runs_of_one_model(engine):
    model = made()
    model.fit(X, Y, verbose=0)
    values_of(lambda: model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"])


def test_models_in_threads(engine):
    models, found = [made() for _ in range(4)], []

    def train(model):
        found.append(tuple(model.fit(X, Y, batch_size=1, epochs=4, verbose=0).history["loss"]))

    threads = [threading.Thread(target=train, args=(model,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4
