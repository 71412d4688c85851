"""Flags and functions on layers that show in training: `trainable`, regularizers, constraints, activity, rows."""

import functools

import numpy as np
import pytest

import hornbeam
from hornbeam import ops
from hornbeam.layers import BatchNormalization, Dense, Input, Layer

keras = pytest.importorskip("keras")
RNG = np.random.default_rng(2)
X = RNG.normal(size=(22, 3)).astype("float32")
Y = RNG.normal(size=(22, 1)).astype("float32")


def two_layers(k=hornbeam, **arguments):
    return k.Sequential(
        [k.Input((3,)), k.layers.Dense(4, activation="tanh", name="a", **arguments), k.layers.Dense(1, name="b")]
    )


def fit(model, k=hornbeam, **kwargs):
    if not getattr(model, "compiled", False):
        model.compile(k.optimizers.SGD(0.1), "mse")
    arguments = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0} | kwargs
    return model.fit(X, Y, **arguments).history["loss"]


def moved(model, **kwargs):
    """Which layers' weights a fit changes."""
    before = [layer.get_weights() for layer in model.layers]
    fit(model, **kwargs)
    after = [layer.get_weights() for layer in model.layers]
    return [any(not np.array_equal(a, b) for a, b in zip(*pair)) for pair in zip(before, after)]


def test_trainable_takes_effect_at_the_next_compile(engine):
    model = two_layers()
    assert moved(model) == [True, True]
    model.get_layer("a").trainable = False
    assert len(model.trainable_weights) == 2
    with pytest.warns(UserWarning, match=r"`trainable` of `a` was changed after `compile`.*call `compile` again"):
        assert moved(model) == [True, True]
    assert moved(model) == [True, True]  # said once
    model.compile("sgd", "mse")
    assert moved(model) == [False, True]
    model.trainable = True
    model.compile("sgd", "mse")
    assert moved(model) == [True, True]


def test_a_model_with_nothing_to_train_says_so(engine):
    model = two_layers()
    model.trainable = False
    assert model.trainable_weights == []
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="no weights to train"):
        assert moved(model) == [False, False]
    assert moved(model) == [False, False]


def test_the_idiom_of_adversarial_training(engine):
    """The discriminator is compiled, then frozen in the model of both: each is trained by the model compiled for it."""
    generator = hornbeam.Sequential([Input((2,)), Dense(3)])
    discriminator = hornbeam.Sequential([Input((3,)), Dense(4), BatchNormalization(), Dense(1, activation="sigmoid")])
    discriminator.compile("sgd", "binary_crossentropy")
    discriminator.trainable = False
    noise = Input((2,))
    both = hornbeam.Model(noise, discriminator(generator(noise)))
    both.compile("sgd", "binary_crossentropy")
    z, labels = RNG.normal(size=(8, 2)).astype("float32"), np.ones((8, 1), "float32")

    def changed(step, model):
        before = model.get_weights()
        step()
        return [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]

    with pytest.warns(UserWarning, match=r"was changed after `compile`"):
        assert all(changed(lambda: discriminator.train_on_batch(X[:8], labels), discriminator))
    assert all(changed(lambda: discriminator.train_on_batch(X[:8], labels), discriminator))
    assert not any(changed(lambda: both.train_on_batch(z, labels), discriminator))
    assert all(changed(lambda: both.train_on_batch(z, labels), generator))


def test_a_layer_made_frozen_stays(on_torch):
    assert moved(two_layers(trainable=False)) == [False, True]


def test_a_frozen_model_inside_a_model(on_torch):
    inner = two_layers()
    inner.trainable = False
    model = hornbeam.Sequential([Input((3,)), inner, Dense(1)])
    assert moved(model) == [False, True]


def test_frozen_batch_normalization_uses_its_averages_and_keeps_them(on_torch):
    model = hornbeam.Sequential([Input((3,)), BatchNormalization(trainable=False), Dense(1)])
    assert moved(model) == [False, True]


@pytest.mark.parametrize(
    "arguments",
    [
        {"kernel_regularizer": "l2", "bias_regularizer": "l1", "bias_initializer": "ones"},
        {"activity_regularizer": "l2"},
        {"kernel_constraint": "unit_norm", "bias_constraint": "non_neg"},
    ],
    ids=["regularizers", "activity", "constraints"],
)
def test_training_goes_as_in_keras(arguments, engine):
    theirs, ours = two_layers(keras, **arguments), two_layers(**arguments)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(fit(ours), fit(theirs, keras), rtol=2e-4)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_constraints_hold_after_training(on_torch):
    model = two_layers(kernel_constraint="unit_norm", bias_constraint="non_neg")
    fit(model)
    kernel, bias = model.layers[0].get_weights()
    np.testing.assert_allclose(np.linalg.norm(kernel, axis=0), 1, rtol=1e-5)
    assert (bias >= 0).all()


def test_losses_of_a_layer_are_part_of_the_loss(on_torch):
    model = two_layers(kernel_regularizer=hornbeam.regularizers.L2(0.5))
    model.compile("sgd", "mse", metrics=["mse"])
    loss, mse = model.evaluate(X, Y, verbose=0)
    kernel = model.layers[0].kernel.numpy()
    np.testing.assert_allclose(loss, mse + 0.5 * (kernel**2).sum(), rtol=1e-5)
    assert len(model.losses) == 1


class Centre(Layer):
    """Subtracts the batch's mean: a row's output depends on the other rows."""

    def call(self, x):
        return x - ops.mean(x, axis=0, keepdims=True)


class TheirCentre(keras.layers.Layer):
    def call(self, x):
        return x - keras.ops.mean(x, axis=0, keepdims=True)


def test_a_layer_that_mixes_rows_trains_as_in_keras_on_a_short_last_batch(engine):
    def make(k, centre):
        return k.Sequential([k.Input((3,)), k.layers.Dense(4, activation="tanh"), centre, k.layers.Dense(1)])

    theirs, ours = make(keras, TheirCentre()), make(hornbeam, Centre())
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(fit(ours, epochs=3), fit(theirs, keras, epochs=3), rtol=2e-4)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    for batch_size in (4, 8):  # 22 rows: the last batch has 2, or 6
        np.testing.assert_allclose(
            ours.predict(X, batch_size=batch_size, verbose=0),
            theirs.predict(X, batch_size=batch_size, verbose=0),
            rtol=1e-3,
            atol=1e-4,
        )
    np.testing.assert_allclose(
        ours.evaluate(X, Y, batch_size=8, verbose=0), theirs.evaluate(X, Y, batch_size=8, verbose=0), rtol=1e-3
    )


def test_a_layer_that_keeps_rows_apart_needs_no_second_program():
    class Half(Layer):
        row_independent = True

        def call(self, x):
            return x / 2.0

    def programs(layer):
        traces = []

        class Watched(Layer):
            row_independent = True

            def call(self, x):
                traces.append(x.shape[0])
                return x

        model = hornbeam.Sequential([Input((3,)), Watched(), layer, Dense(1)])
        traces.clear()
        fit(model, epochs=1)
        return {rows for rows in traces if rows <= len(X)}  # larger ones are asked for shapes only

    assert programs(Half()) == {8}
    assert programs(Centre()) == {8, 6}


def test_a_layer_with_a_call_of_its_own_says_nothing_that_its_base_said():
    class Mine(hornbeam.layers.Dropout):
        def call(self, x):
            return x - ops.mean(x, axis=0)

    class Named(hornbeam.layers.Dropout):
        pass

    mine, named = Mine(0.5), Named(0.5)
    assert (mine.row_independent, mine.passes_values) == (False, False)
    assert (named.row_independent, named.passes_values) == (True, True)


def test_a_layer_may_have_attributes_of_the_names_of_declarations(engine):
    class Mine(Dense):
        def __init__(self, units):
            super().__init__(units)
            self.row_independent = self.passes_values = self.last_activation = self.outputs = [1, 2]

    model = hornbeam.Sequential([Input((3,)), Mine(1)])
    assert np.isfinite(fit(model)).all()


def in_training(x):
    inner = hornbeam.Sequential([Input((4,)), BatchNormalization()])
    return inner(x, training=True)


def through_a_users_function(x):
    return hornbeam.layers.Activation(functools.partial(lambda x, factor: x * factor * ops.sum(x), factor=2.0))(x)


@pytest.mark.parametrize(
    "mix",
    [
        lambda x: hornbeam.layers.Softmax(axis=0)(x),
        lambda x: hornbeam.layers.Softmax(axis=(0, 1))(x),
        lambda x: hornbeam.layers.Softmax(axis=-2)(x),
        lambda x: ops.softmax(x, axis=0),
        lambda x: ops.softmax(x, (-1, -2)),
        in_training,
        through_a_users_function,
    ],
    ids=["layer", "layer of two axes", "layer from the end", "op", "op of two axes", "training=True", "partial"],
)
def test_what_looks_along_the_batch_sees_no_rows_that_are_made_up(mix):
    x = Input((3,))
    model = hornbeam.Model(x, mix(Dense(4)(x)))
    expected = np.concatenate([ops.convert_to_numpy(model(X[rows])) for rows in (slice(3), slice(3, 5))])
    np.testing.assert_allclose(model.predict(X[:5], batch_size=3, verbose=0), expected, rtol=1e-4, atol=1e-6)


def test_a_model_may_give_other_rows_than_it_gets():
    x = Input((3,))
    model = hornbeam.Model(x, hornbeam.layers.Concatenate(axis=0)([x, -x]))
    expected = np.concatenate([sign * X[rows] for rows in (slice(3), slice(3, 5)) for sign in (1, -1)])
    np.testing.assert_allclose(model.predict(X[:5], batch_size=3, verbose=0), expected)


def test_arrays_of_fewer_axes_lie_along_other_rows(engine):
    """(rows, 1, 1) + (rows, 1) is (rows, rows, 1): each row meets all of them, so that none may be made up."""
    a, b = Input((1, 1)), Input((1,))
    model = hornbeam.Model([a, b], hornbeam.layers.GlobalAveragePooling1D()(a + b))
    x = [X[:5, :1, None], X[:5, 1:2]]
    expected = np.concatenate([x[0][rows, 0] + x[1][rows].mean() for rows in (slice(3), slice(3, 5))])
    np.testing.assert_allclose(model.predict(x, batch_size=3, verbose=0), expected, rtol=1e-5)
