"""Models of one structure share what was compiled; models that differ in anything that a step can see do not."""

import gc
import threading
import weakref

import numpy as np
import pytest

import hornbeam
from hornbeam import layers, losses, metrics, optimizers, regularizers

pytestmark = pytest.mark.usefixtures("few_to_collect")

FACTOR = 1.0


@pytest.fixture(autouse=True)
def nothing_compiled(jax):
    hornbeam.utils.clear_session()


def make(*inner, loss="mse", optimizer=None, metric="mae", activation="tanh", name=None):
    model = hornbeam.Sequential(
        [hornbeam.Input((4,)), layers.Dense(3, activation=activation), *inner, layers.Dense(1)], name=name
    )
    model.compile(optimizer or optimizers.SGD(0.1), loss, metrics=[metric])
    return model


def functional(scale):
    x = hornbeam.Input((4,))
    h = layers.Dense(3)(x)
    model = hornbeam.Model(x, layers.Dense(1)(layers.Add()([h, hornbeam.ops.multiply(h, scale)])))
    model.compile(optimizers.SGD(0.1), "mse")
    return model


def run(model, data, **arguments):
    """Train, evaluate and predict; the number of compilations, and all that came out."""
    history = model.fit(data.x, data.y, epochs=2, batch_size=8, shuffle=False, verbose=0, **arguments).history
    results = [*history.values(), model.evaluate(data.x, data.y, verbose=0), model.predict(data.x, verbose=0)]
    return model.compile_count(), results + model.get_weights()


def same_weights(first, second):
    second.set_weights(first.get_weights())


class Scale(layers.Layer):
    """A user's layer with a setting."""

    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor


class ByGlobal(layers.Layer):
    """A user's layer that looks at a global."""

    def call(self, x):
        return x * FACTOR


def scaled_error(y_true, y_pred):
    return FACTOR * (y_true - y_pred) ** 2


def times(factor):
    return lambda y_true, y_pred: factor * (y_true - y_pred) ** 2


ALIKE = {
    "Sequential": make,
    "functional": lambda: functional(2.0),
    "normalized": lambda: make(layers.BatchNormalization(), layers.LayerNormalization()),
    "dropout": lambda: make(layers.Dropout(0.3, seed=1)),
    "regularized": lambda: make(layers.Dense(2, kernel_regularizer="l2", kernel_constraint="NonNeg")),
    "own layer": lambda: make(Scale(2.0)),
    "own function": lambda: make(loss=scaled_error),
    "own function around a number": lambda: make(loss=times(2.0)),
    "lambda": lambda: make(layers.Lambda(lambda x: 2 * x)),
    "Adam": lambda: make(optimizer=optimizers.Adam(clipnorm=1.0, weight_decay=0.1)),
    "schedule": lambda: make(optimizer=optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))),
    "recurrent": lambda: make(layers.RepeatVector(3), layers.LSTM(2)),
    "frozen": lambda: make(layers.Dense(3, trainable=False)),
    "half": lambda: make(layers.Dense(3, dtype="mixed_bfloat16")),
}


@pytest.mark.parametrize("make_one", ALIKE.values(), ids=ALIKE)
def test_the_second_of_a_kind_compiles_nothing(make_one, data):
    first, second = make_one(), make_one()
    same_weights(first, second)
    count, expected = run(first, data)
    assert count >= 3
    again, found = run(second, data)
    assert again == 0
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_models_that_share_programs_share_no_state(data):
    first, second = make(optimizer=optimizers.Adam(0.1)), make(optimizer=optimizers.Adam(0.0))
    run(first, data)
    before, untouched = first.get_weights(), second.get_weights()
    run(second, data)
    for one, other in zip(before + untouched, first.get_weights() + second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert int(first.optimizer.iterations) == int(second.optimizer.iterations) == 6


def frozen():
    model = make()
    model.layers[0].trainable = False
    model.compile(model.optimizer, model.loss)
    return model


DIFFERENT = {
    "activation": lambda: make(activation="relu"),
    "loss": lambda: make(loss="mae"),
    "loss's setting": lambda: make(loss=losses.Huber(0.5)),
    "metric": lambda: make(metric="mse"),
    "optimizer": lambda: make(optimizer=optimizers.RMSprop(0.1)),
    "schedule": lambda: make(optimizer=optimizers.SGD(optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))),
    "clipping": lambda: make(optimizer=optimizers.SGD(0.1, clipvalue=0.5)),
    "a layer more": lambda: make(layers.Dense(3)),
    "frozen": frozen,
    "regularizer": lambda: make(layers.Dense(3, kernel_regularizer=regularizers.L2(0.1))),
    "own setting": lambda: make(Scale(3.0)),
    "around another number": lambda: make(loss=times(3.0)),
    "another lambda": lambda: make(layers.Lambda(lambda x: 3 * x)),
    "an array": lambda: make(Scale(np.float32([1, 2, 3]))),
    "graph's constant": lambda: functional(3.0),
}


def test_what_differs_is_compiled_and_right(data):
    """All of these in one process find the figures that each finds where there is nothing to share."""
    weights, alone = {}, {}
    for name, make_one in DIFFERENT.items():
        hornbeam.utils.clear_session()
        model = make_one()
        weights[name] = model.get_weights()
        alone[name] = run(model, data)[1]
    hornbeam.utils.clear_session()
    others = [make(), functional(2.0), make(Scale(2.0)), make(loss=times(2.0)), make(layers.Lambda(lambda x: 2 * x))]
    others += [make(Scale(np.float32([1, 2, 4]))), make(loss=losses.Huber(0.7))]
    for other in others:
        run(other, data)
    for name, make_one in DIFFERENT.items():
        model = make_one()
        model.set_weights(weights[name])
        count, found = run(model, data)
        assert count > 0, name
        for one, other in zip(alone[name], found, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize("make_one", [lambda: make(ByGlobal()), lambda: make(loss=scaled_error)], ids=["layer", "loss"])
def test_a_global_that_changed_is_seen(make_one, data, monkeypatch):
    first, second = make_one(), make_one()
    same_weights(first, second)
    run(first, data)
    monkeypatch.setitem(globals(), "FACTOR", 2.0)
    count, found = run(second, data)
    assert count > 0
    hornbeam.utils.clear_session()
    alone = make_one()
    alone.set_weights(first.get_weights())
    assert not np.array_equal(run(first, data)[1][-1], found[-1])


def test_what_cannot_be_compared_is_never_shared(data):
    class Odd(layers.Layer):
        def __init__(self):
            super().__init__()
            self.lock = threading.Lock()

        def call(self, x):
            return x * 2

    assert [run(make(Odd()), data)[0] > 0 for _ in range(2)] == [True, True]


def test_another_shape_is_compiled_for_whoever_asks(data):
    first, second = make(), make()
    run(first, data)
    watched = weakref.ref(first)
    del first
    gc.collect()
    assert watched() is None  # compiled programs hold no model
    second.fit(data.x, data.y, batch_size=5, verbose=0)
    assert second.compile_count() == 1


def test_names_do_not_count(data):
    run(make(name="first"), data)
    model = make(metric=metrics.MeanAbsoluteError(name="error"), name="second")
    assert run(model, data)[0] == 0
    assert set(model.fit(data.x, data.y, verbose=0).history) == {"loss", "error"}
    assert set(model.evaluate(data.x, data.y, return_dict=True, verbose=0)) == {"loss", "error"}


def test_every_model_has_its_own_names_in_its_logs(data):
    def two():
        x = hornbeam.Input((4,))
        model = hornbeam.Model(x, [layers.Dense(1)(x), layers.Dense(3, activation="softmax")(x)])
        model.compile("sgd", ["mse", "sparse_categorical_crossentropy"], metrics=[["mae"], ["accuracy"]])
        return model

    models = [two(), two()]
    for model in models:
        history = model.fit(data.x, [data.y, data.classes], batch_size=8, verbose=0).history
        first, second = model.output_names
        assert set(history) == {"loss", f"{first}_loss", f"{second}_loss", f"{first}_mae", f"{second}_accuracy"}
        history = model.fit(data.x, [data.y, data.classes], batch_size=7, verbose=0).history  # traced for the second
        assert f"{first}_mae" in history
    assert models[1].compile_count() == 0
    history = models[1].fit(data.x, [data.y, data.classes], batch_size=6, verbose=0).history
    assert models[1].compile_count() == 1 and f"{second}_accuracy" in history


def test_a_search_over_rates_and_seeds_compiles_once(data):
    counts = []
    for seed in range(3):
        hornbeam.utils.set_random_seed(seed)
        for rate in (0.1, 0.01):
            counts.append(run(make(layers.Dropout(0.2), optimizer=optimizers.Adam(rate)), data)[0])
    assert counts[0] > 0 and not any(counts[1:])


def test_what_nobody_uses_is_forgotten_in_time(data):
    model = make(Scale(0.5))
    model.fit(data.x, data.y, verbose=0)
    code = weakref.ref(model.__hornbeam__.run_state.trainer.program("train")._compiled)
    del model
    gc.collect()
    assert code() is not None  # the next model of a search may want it
    for units in range(1, 20):
        other = hornbeam.Sequential([hornbeam.Input((4,)), layers.Dense(units)])
        other(data.x)
    gc.collect()
    assert code() is None


SEARCHED = {
    "dropout": [lambda rate=rate: make(layers.Dropout(rate)) for rate in (0.1, 0.6)],
    "noise": [lambda s=s: make(layers.GaussianNoise(s), layers.GaussianDropout(s)) for s in (0.1, 0.6)],
    "penalty": [lambda f=f: make(layers.Dense(3, kernel_regularizer=regularizers.L2(f))) for f in (0.1, 1.0)],
    "momentum": [lambda m=m: make(optimizer=optimizers.SGD(0.1, momentum=m)) for m in (0.5, 0.9)],
    "RMSprop": [lambda m=m: make(optimizer=optimizers.RMSprop(0.01, rho=m, momentum=m)) for m in (0.5, 0.9)],
    "decay": [lambda d=d: make(optimizer=optimizers.AdamW(0.1, weight_decay=d)) for d in (0.1, 0.5)],
    "betas": [lambda b=b: make(optimizer=optimizers.Adam(0.1, b, 0.9 + b / 10)) for b in (0.5, 0.9)],
    "clipping": [lambda c=c: make(optimizer=optimizers.SGD(0.1, global_clipnorm=c)) for c in (0.01, 0.1)],
}


@pytest.mark.parametrize("makers", SEARCHED.values(), ids=SEARCHED)
def test_a_search_over_a_hyperparameter_compiles_once(makers, data):
    """And finds what each would find alone."""
    weights, found = makers[0]().get_weights(), []
    for make_one in makers:
        model = make_one()
        model.set_weights(weights)
        hornbeam.utils.set_random_seed(1)
        for layer in model.layers:
            if hasattr(layer, "seed_generator"):
                layer.seed_generator.state.assign([7, 0])
        found.append(run(model, data))
    assert found[0][0] > 0 and found[1][0] == 0
    assert not np.array_equal(found[0][1][-1], found[1][1][-1])
    hornbeam.utils.clear_session()
    alone = makers[1]()
    alone.set_weights(weights)
    for layer in alone.layers:
        if hasattr(layer, "seed_generator"):
            layer.seed_generator.state.assign([7, 0])
    for one, other in zip(run(alone, data)[1], found[1][1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_hyperparameter_set_on_a_model_compiles_nothing(data):
    dropout = layers.Dropout(0.5)
    model = make(dropout)
    run(model, data)
    count = model.compile_count()
    dropout.rate = 0.1
    assert run(model, data)[0] == count
    dropout.rate = 0.0
    assert run(model, data)[0] > count


def test_clipping_switched_off_after_training_takes_effect(data):
    model = make(optimizer=optimizers.SGD(0.1, clipnorm=1e-6))
    run(model, data)
    before = model.get_weights()[0]
    model.optimizer.clipnorm = None
    run(model, data)
    assert np.abs(model.get_weights()[0] - before).max() > 1e-3
