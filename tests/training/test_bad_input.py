"""Every mistake in data or arguments gets one sentence, before anything is computed, and harms no model."""

import re

import numpy as np
import pytest

import hornbeam
from hornbeam import callbacks

SPARSE = "sparse_categorical_crossentropy"

rng = np.random.default_rng(7)
X = rng.normal(size=(20, 4)).astype("float32")
Y = np.arange(20) % 3
ONEHOT = np.eye(3, dtype="float32")[Y]
R = rng.normal(size=(20, 1)).astype("float32")
NAN, INF = X.copy(), R.copy()
NAN[3, 1], INF[2] = np.nan, np.inf


def with_output(units, activation, loss, **kwargs):
    """A model named "net" whose output is named "out"."""
    layers = [hornbeam.Input((4,), name="in"), hornbeam.layers.Dense(units, activation=activation, name="out")]
    model = hornbeam.Sequential(layers, name="net")
    model.compile("sgd", loss, **kwargs)
    return model


def classifier():
    return with_output(3, "softmax", SPARSE)


def binary():
    return with_output(1, "sigmoid", "binary_crossentropy")


def regressor():
    return with_output(1, None, "mse")


def two_by_two():
    a, b = hornbeam.Input((4,), name="a"), hornbeam.Input((2,), name="b")
    h = hornbeam.layers.Concatenate()([a, b])
    outputs = {"p": hornbeam.layers.Dense(1, name="p")(h), "q": hornbeam.layers.Dense(1, name="q")(h)}
    model = hornbeam.Model({"a": a, "b": b}, outputs, name="net")
    model.compile("sgd", "mse")
    return model


X2, Y2 = {"a": X, "b": X[:, :2]}, {"p": R, "q": R}
GOOD = {classifier: (X, Y), binary: (X, (Y > 0).astype("float32")), regressor: (X, R), two_by_two: (X2, Y2)}
_models = {}


@pytest.fixture
def model_for(engine):
    """One model of each kind for all mistakes: each leaves it to the next as it was."""

    def get(make):
        if (engine, make) not in _models:
            _models[engine, make] = make()
        return _models[engine, make]

    return get


def check_refused(model, good, act, message, error=ValueError):
    """`act(model)` raises one sentence; the model keeps its weights, and can be trained and asked."""
    weights = model.get_weights()
    with pytest.raises(error, match=re.escape(message)) as caught:
        act(model)
    assert "\n" not in str(caught.value)
    for after, before in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(after, before)
    assert np.isfinite(model.fit(*good, verbose=0).history["loss"]).all()
    assert all(np.isfinite(output).all() for output in _list(model.predict(good[0], verbose=0)))


def _list(outputs):
    return list(outputs.values()) if isinstance(outputs, dict) else [outputs]


def generator(*batches):
    yield from batches


def fit(*args, **kwargs):
    return lambda model: model.fit(*args, verbose=0, **kwargs)


def fit_stream(*batches, y=None, **kwargs):
    return lambda model: model.fit(generator(*batches), y, verbose=0, **kwargs)


SHAPE = "Input `in` of model `net` must have shape (None, 4). Received: data of shape"
NEEDS = "Output `out` of model `net` is trained with `sparse_categorical_crossentropy`, which needs targets. "
NO_Y = NEEDS + "Received: no `y`"
BATCHES = "`y` must be part of the batches when `x` gives batches"
ROWS = "must have as many rows in each array. Received: `x` with 20, `y` with 10."

DATA = {
    # shapes
    "width": (classifier, fit(X[:, :3], Y), SHAPE + " (None, 3)"),
    "rank": (classifier, fit(np.zeros((20, 4, 2)), Y), SHAPE + " (None, 4, 2)"),
    "no batch axis": (classifier, fit(X[:, 0], Y), SHAPE + " (None,). A single row needs a batch axis: `x[None]`."),
    "width in evaluate": (classifier, lambda m: m.evaluate(X[:, :3], Y, verbose=0), SHAPE),
    "width in predict": (classifier, lambda m: m.predict(X[:, :3], verbose=0), SHAPE),
    "width in a long predict": (classifier, lambda m: m.predict(np.zeros((99, 3)), verbose=0), SHAPE),
    "width in a call": (classifier, lambda m: m(X[:, :3]), SHAPE + " (20, 3)"),
    "width in train_on_batch": (classifier, lambda m: m.train_on_batch(X[:, :3], Y), SHAPE),
    "width in predict_on_batch": (classifier, lambda m: m.predict_on_batch(X[:, :3]), SHAPE),
    "width in a generator": (classifier, fit_stream((X[:, :3], Y)), SHAPE),
    "width in validation": (classifier, fit(X, Y, validation_data=(X[:, :3], Y)), SHAPE),
    "rows": (classifier, fit(X, Y[:10]), "The data " + ROWS),
    "rows in a generator": (classifier, fit_stream((X, Y[:10])), "A batch " + ROWS),
    "list of rows": (classifier, fit(list(X), Y), "if each is one sample, pass `numpy.stack(x)`"),
    "ragged rows": (classifier, fit([[1.0, 2.0], [1.0]] * 10, Y), "`x` must have rows of one shape"),
    # names
    "missing key": (two_by_two, fit({"a": X}, Y2), "the model's inputs: 'a', 'b'. Received: 'a'."),
    "misnamed key": (two_by_two, fit({"a": X, "B": X}, Y2), "the model's inputs: 'a', 'b'. Received: 'a', 'B'."),
    "misnamed target": (two_by_two, fit(X2, {"p": R, "r": R}), "the model's outputs: 'p', 'q'. Received: 'p', 'r'."),
    "missing target": (two_by_two, fit(X2, {"p": R}), "Output `q` of model `net` is trained with `mean_squared_error`"),
    "one input of two": (two_by_two, fit([X], Y2), "one array for each input of the model: 'a', 'b'"),
    "one target of two": (two_by_two, fit(X2, R), "one entry for each of the outputs ['p', 'q']"),
    "name of another input": (classifier, fit({"x": X}, Y), "the model's inputs: 'in'. Received: 'x'."),
    # values
    "NaN": (classifier, fit(NAN, Y), "`x` must be finite numbers. Received: NaN in 1 of 20 rows, first in row 3"),
    "infinity": (regressor, fit(X, INF), "`y` must be finite numbers. Received: infinity in 1 of 20 rows"),
    "NaN weight": (classifier, fit(X, Y, sample_weight=np.full(20, np.nan)), "`sample_weight` must be finite numbers"),
    "strings": (classifier, fit(X.astype(str), Y), "`x` must be numbers. Received: strings"),
    "string targets": (classifier, fit(X, np.array(["cat", "dog"] * 10)), "Received: strings, such as 'cat'"),
    "objects": (classifier, fit(np.array([[1, 2, 3, int]] * 20, dtype=object), Y), "`x` must be numbers."),
    "times": (classifier, fit(np.zeros((20, 4), "M8[s]"), Y), "`x` must be numbers. Received: datetime64[s]"),
    # targets
    "class too large": (
        classifier,
        fit(X, Y + 1),
        "class indices from 0 to 2, as it has 3 units. Received: indices from 1 to 3.",
    ),
    "class below zero": (classifier, fit(X, Y - 1), "Received: indices from -1 to 1."),
    "class in validation": (classifier, fit(X, Y, validation_data=(X, Y + 1)), "Received: indices from 1 to 3."),
    "class in fractions": (
        classifier,
        fit(X, Y + 0.5),
        "must be class indices for `sparse_categorical_crossentropy`. Received: non-integers",
    ),
    "one-hot for sparse": (
        classifier,
        fit(X, ONEHOT),
        "for one-hot targets use `categorical_crossentropy`. Received: y of shape (20, 3).",
    ),
    "outside [0, 1]": (
        binary,
        fit(X, Y.astype("float32")),
        "must be in [0, 1] for `binary_crossentropy`. Received: values from 0 to 2.",
    ),
    "-1 and 1": (
        binary,
        fit(X, np.sign(R)),
        "must be in [0, 1] for `binary_crossentropy`. Received: values from -1 to 1.",
    ),
    "wide targets": (regressor, fit(X, ONEHOT), "must have its shape (rows, 1). Received: y of shape (20, 3)."),
    "no targets": (classifier, fit(X), NO_Y + " in the training data."),
    "no targets in evaluate": (classifier, lambda m: m.evaluate(X, verbose=0), NO_Y + " in the evaluation data."),
    "no targets in validation": (classifier, fit(X, Y, validation_data=X), NO_Y + " in the validation data."),
    "no targets in a generator": (classifier, fit_stream(X), NO_Y),
    # amounts
    "no data": (classifier, fit(), "`x` must be data. Received: x=None."),
    "no rows": (classifier, fit(X[:0], Y[:0]), "at least one row. Received: `x` with 0 rows."),
    "no rows in predict": (classifier, lambda m: m.predict(X[:0], verbose=0), "at least one row"),
    "no batches": (classifier, fit_stream(), "`x` must give at least one batch. Received: generator, which gave none."),
    # streams
    "four in a batch": (classifier, fit_stream((X, Y, None, None)), "Received: a tuple of 4."),
    "scalar batches": (classifier, fit_stream(5), "`x` must have one row per sample."),
    "text as batches": (classifier, fit_stream("abc"), "`x` must be numbers. Received: strings"),
    "y with a generator": (classifier, fit_stream((X, Y), y=Y), BATCHES),
    "weights with a generator": (classifier, fit_stream((X, Y), sample_weight=Y), "`sample_weight` must be part of"),
    "split of a generator": (
        classifier,
        fit_stream((X, Y), validation_split=0.5),
        "pass other batches as `validation_data`",
    ),
    "four in validation_data": (classifier, fit(X, Y, validation_data=(X, Y, None, None)), "Received: a tuple of 4."),
    # weights
    "weight rows": (classifier, fit(X, Y, sample_weight=np.ones(5)), "`sample_weight` with 5"),
    "weight shape": (
        classifier,
        fit(X, Y, sample_weight=np.ones((20, 7))),
        "Received: sample_weight of shape (20, 7).",
    ),
    "weight of an unknown class": (
        classifier,
        fit(X, Y, class_weight={0: 1, 1: 1, 2: 1, 7: 2}),
        "classes from 0 to 2, those of output `out`. Received: weights of 7.",
    ),
    "weight of a name": (classifier, fit(X, Y, class_weight={"cat": 1}), "Received: 'cat': 1."),
    "weights in a list": (
        classifier,
        fit(X, Y, class_weight=[1, 2, 3]),
        "a dictionary of a number per class. Received: [1, 2, 3].",
    ),
}


@pytest.mark.parametrize("name", DATA)
def test_data(name, model_for):
    make, act, message = DATA[name]
    check_refused(model_for(make), GOOD[make], act, message)


COUNT = "must be a positive integer. Received:"
ARGUMENTS = {
    "epochs as text": (fit(X, Y, epochs="3"), "`epochs` must be a non-negative integer. Received: epochs='3'."),
    "half an epoch": (fit(X, Y, epochs=2.5), "Received: epochs=2.5."),
    "negative epochs": (fit(X, Y, epochs=-1), "Received: epochs=-1."),
    "initial_epoch as text": (fit(X, Y, initial_epoch="1"), "`initial_epoch` must be a non-negative integer."),
    "batch_size as text": (fit(X, Y, batch_size="32"), f"`batch_size` {COUNT} batch_size='32'."),
    "batch_size of zero": (fit(X, Y, batch_size=0), f"`batch_size` {COUNT} batch_size=0."),
    "batch_size as a fraction": (fit(X, Y, batch_size=2.5), f"`batch_size` {COUNT} batch_size=2.5."),
    "batch_size in predict": (
        lambda m: m.predict(X, batch_size="a", verbose=0),
        f"`batch_size` {COUNT} batch_size='a'.",
    ),
    "steps of zero": (fit(X, Y, steps_per_epoch=0), f"`steps` {COUNT} steps=0."),
    "steps as text": (fit(X, Y, steps_per_epoch="a"), f"`steps` {COUNT} steps='a'."),
    "split above 1": (
        fit(X, Y, validation_split=1.5),
        "`validation_split` must be between 0 and 1. Received: validation_split=1.5.",
    ),
    "split below 0": (fit(X, Y, validation_split=-0.1), "Received: validation_split=-0.1."),
    "split of all": (fit(X, Y, validation_split=1.0), "Received: validation_split=1.0."),
    "split as text": (fit(X, Y, validation_split="a"), "Received: validation_split='a'."),
    "split that leaves nothing": (
        fit(X[:1], Y[:1], validation_split=0.5),
        "must leave rows for training and for validation.",
    ),
    "frequency of zero": (fit(X, Y, validation_data=(X, Y), validation_freq=0), "Received: validation_freq=0."),
    "frequency as text": (fit(X, Y, validation_data=(X, Y), validation_freq="a"), "Received: validation_freq='a'."),
    "shuffle": (fit(X, Y, shuffle="rows"), "`shuffle` must be True, False or \"batch\". Received: shuffle='rows'."),
    "verbose": (lambda m: m.fit(X, Y, verbose=7), '`verbose` must be 0, 1, 2 or "auto". Received: verbose=7.'),
    "monitor": (
        fit(X, Y, validation_data=(X, Y), callbacks=[callbacks.EarlyStopping("val_los")]),
        "`monitor` of EarlyStopping must be one of 'loss', 'val_loss'. Received: monitor='val_los'. Did you mean",
    ),
    "monitor without validation": (
        fit(X, Y, callbacks=[callbacks.EarlyStopping("val_loss")]),
        "pass `validation_data` or `validation_split` to `fit`.",
    ),
    "weights of another model": (lambda m: m.set_weights([X]), "has 2 weights. Received: 1 values."),
    "weights of another shape": (lambda m: m.set_weights([X, X]), "`net/out/kernel` of layer `net` has shape (4, 3)."),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name, model_for):
    act, message = ARGUMENTS[name]
    model = model_for(classifier)
    if "monitor" in name:  # known only after an epoch, which moves the weights
        with pytest.raises(ValueError, match=re.escape(message)):
            act(model)
        return
    check_refused(model, GOOD[classifier], act, message)


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (3, "`callbacks` must be a list of objects with hooks such as `on_epoch_end`. Received: 3, which has none."),
        (callbacks.EarlyStopping, "Received: the class EarlyStopping; make an object of it: EarlyStopping(...)."),
        ({"on_epoch_end": print}, "`callbacks` must be a list of objects with hooks"),
    ],
    ids=["number", "class", "dict"],
)
def test_callbacks(callback, message, model_for):
    act = fit(X, Y, callbacks=[callback])
    check_refused(model_for(classifier), GOOD[classifier], act, message, TypeError)


def test_a_function_that_makes_a_generator_must_be_called(model_for):
    check_refused(model_for(classifier), GOOD[classifier], fit(generator), "Received: function; call it.", TypeError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"loss": SPARSE[:-1]},
            "Received: 'sparse_categorical_crossentrop'. Did you mean 'sparse_categorical_crossentropy'",
        ),
        ({"loss": 3}, "`loss` must be a name, a config, a callable or None. Received: 3."),
        ({"loss": SPARSE, "metrics": ["acuracy"]}, "Received: 'acuracy'. Did you mean 'accuracy'"),
        ({"loss": SPARSE, "metrics": [3]}, "`metric` must be a name, a config, a callable or None. Received: 3."),
        ({"loss": SPARSE, "optimizer": "adm"}, "Received: 'adm'. Did you mean 'Adam'"),
        ({"loss": SPARSE, "optimizer": 3}, "`optimizer` must be a name, a config, a callable or None. Received: 3."),
        ({"loss": SPARSE, "steps_per_execution": 0}, "`steps_per_execution` must be a positive integer."),
    ],
    ids=["loss", "loss of no kind", "metric", "metric of no kind", "optimizer", "optimizer of no kind", "steps"],
)
def test_compile(arguments, message, model_for):
    model = model_for(classifier)
    check_refused(model, GOOD[classifier], lambda m: m.compile(**arguments), message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"loss": ["mse"]}, "`loss` must have 2 entries, one for each of the outputs ['p', 'q']. Received: 1."),
        ({"loss": {"p": "mse", "r": "mse"}}, "Received: the keys ['p', 'r'] (unknown: ['r'])."),
        ({"loss": "mse", "loss_weights": [1, 2, 3]}, "`loss_weights` must have 2 entries"),
        ({"loss": "mse", "loss_weights": {"r": 1}}, "`loss_weights` must be a dictionary with the keys ['p', 'q']"),
        ({"loss": "mse", "metrics": {"r": "mae"}}, "`metrics` must be keyed by the model's outputs ['p', 'q']"),
    ],
)
def test_compile_for_two_outputs(arguments, message, engine):
    model = two_by_two()
    model.compile("sgd", **arguments)
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        model.fit(X2, Y2, verbose=0)
    assert isinstance(raised.value, KeyError) == ("keys [" in message or "unknown" in message)


def test_a_list_of_one_stands_for_what_is_in_it(engine):
    losses = []
    for loss, weights in ((["mse", "mae"], [1.0, 2.0]), ([["mse"], ["mae"]], [1.0, [2.0]])):
        model = two_by_two()
        model.compile("sgd", loss, loss_weights=weights)
        model.set_weights([np.ones(w.shape) for w in model.weights])
        losses.append(model.evaluate(X2, Y2, verbose=0))
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("units", "activation", "loss", "target", "message"),
    [
        (3, "softmax", "categorical_crossentropy", Y, "For class indices use `sparse_categorical_crossentropy`"),
        (1, "sigmoid", "categorical_crossentropy", Y > 0, "for two classes use `binary_crossentropy`."),
        (1, "sigmoid", SPARSE, Y > 0, "class indices from 0 to 0, as it has 1 unit."),
        (3, "softmax", hornbeam.losses.SparseCategoricalCrossentropy(), Y + 1, "Received: indices from 1 to 3."),
        (
            3,
            None,
            hornbeam.losses.mean_squared_error,
            R,
            "must have its shape (rows, 3). Received: y of shape (20, 1).",
        ),
        (3, "softmax", None, Y, "has nothing to minimise: give `compile` a `loss`"),
    ],
)
def test_losses_that_do_not_fit_the_output(units, activation, loss, target, message, engine):
    model = with_output(units, activation, loss)
    weights = model.get_weights()
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(X, target, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])


def test_targets_in_an_array_of_the_engine_are_checked_too(engine):
    target = hornbeam.ops.convert_to_tensor(Y + 1)
    with pytest.raises(ValueError, match="indices from 1 to 3"):
        classifier().fit(X, target, verbose=0)


def test_float_labels_that_are_whole_are_classes(engine):
    model = classifier()
    expected = model.evaluate(X, Y, verbose=0)
    assert model.evaluate(X, Y.astype("float32")[:, None], verbose=0) == pytest.approx(expected)


def test_keys_that_are_no_inputs_are_left_out_with_a_warning(engine):
    with pytest.warns(UserWarning, match="keys that are no inputs of the model and are left out: 'c'"):
        two_by_two().fit(X2 | {"c": X}, Y2, verbose=0)


def test_a_generator_that_ends_early_is_told_of_and_trained_on(engine):
    model = classifier()
    with pytest.warns(UserWarning, match="`generator` gave 63 of 100 batches for an epoch and then ended"):
        history = model.fit(generator(*[(X, Y)] * 63), steps_per_epoch=100, epochs=3, verbose=0)
    assert history.epoch == [0]
    assert int(model.optimizer.iterations.numpy()) == 63


def test_classes_without_a_weight_are_told_of(engine):
    with pytest.warns(UserWarning, match=r"does not name the classes \[2\]"):
        classifier().fit(X, Y, class_weight={0: 1.0, 1: 2.0}, verbose=0)


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_running_before_compile(method, engine):
    model = hornbeam.Sequential([hornbeam.Input((4,)), hornbeam.layers.Dense(3)], name="net")
    with pytest.raises(RuntimeError, match=re.escape(f"`{method}` needs to know how to train: call `compile(")):
        getattr(model, method)(X, Y)


@pytest.mark.parametrize(
    "act",
    [
        lambda m: m.get_weights(),
        lambda m: m.set_weights([X]),
        lambda m: m.count_params(),
        lambda m: m.layers[0].count_params(),
        lambda m: m.layers[0].set_weights([X]),
        lambda m: m.save_weights("net.weights.h5"),
    ],
    ids=["get_weights", "set_weights", "count_params", "layer count", "layer set_weights", "save_weights"],
)
def test_weights_of_what_is_not_built(act):
    model = hornbeam.Sequential([hornbeam.layers.Dense(3)])
    with pytest.raises(ValueError, match=re.escape("call it on data, or `build(input_shape)`, first.")):
        act(model)


def test_a_loss_that_is_not_reduced_cannot_be_trained_on(engine):
    model = hornbeam.Sequential([hornbeam.layers.Dense(2)])
    model.compile("sgd", hornbeam.losses.Huber(reduction="none"))
    with pytest.raises(ValueError, match=r"one number, the loss\. Received: a loss of shape \(4,\)"):
        model.fit(np.ones((4, 3), "float32"), np.ones((4, 2), "float32"), verbose=0)
