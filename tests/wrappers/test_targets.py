"""What an estimator is given for `y`, what its model learns, and what comes back."""

import numpy as np
import pytest
import wrapped_networks as networks

pytest.importorskip("sklearn")

import hornbeam
from hornbeam import layers
from hornbeam.wrappers import KerasClassifier, KerasRegressor


def of(units, activation=None):
    return lambda: networks.stack(4, layers.Dense(units, activation=activation))


@pytest.mark.parametrize("units, activation", [(1, "sigmoid"), (2, "softmax"), (1, None), (2, None)])
def test_two_classes_by_any_name(data, units, activation, engine):
    model = KerasClassifier(of(units, activation), optimizer="sgd", optimizer__learning_rate=1.0, epochs=20)
    model.fit(data.X, data.answer)
    assert model.classes_.tolist() == ["no", "yes"] and model.score(data.X, data.answer) > 0.9
    p, score = model.predict_proba(data.X), model.decision_function(data.X)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(model.predict(data.X), model.classes_[p.argmax(axis=1)])
    np.testing.assert_array_equal(model.predict(data.X) == "yes", score > 0)
    np.testing.assert_allclose(1 / (1 + np.exp(-score)), p[:, 1], atol=1e-6)


@pytest.mark.parametrize("loss", ["sparse_categorical_crossentropy", "categorical_crossentropy", "mse", None])
def test_the_loss_says_what_form_classes_have(data, loss):
    builder = of(3, "softmax") if loss is None else lambda: networks.compiled(loss=loss)
    y = np.array([10, 20, 40])[data.third]
    model = KerasClassifier(builder, epochs=1).fit(data.X, y)
    assert set(model.predict(data.X)) <= {10, 20, 40} and model.n_classes_ == 3
    assert model.predict_proba(data.X).shape == model.decision_function(data.X).shape == (48, 3)


def test_a_loss_of_ones_own_gets_class_indices(data):
    def own(y_true, y_pred):
        return hornbeam.losses.sparse_categorical_crossentropy(y_true, y_pred)

    first = KerasClassifier(of(3, "softmax"), loss=own, epochs=2, random_state=0).fit(data.X, data.third)
    known = KerasClassifier(of(3, "softmax"), epochs=2, random_state=0).fit(data.X, data.third)
    np.testing.assert_allclose(first.predict_proba(data.X), known.predict_proba(data.X), rtol=1e-5)


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy", None])
def test_one_hot_rows_come_back_as_they_were_given(data, loss):
    model = KerasClassifier(of(3, "softmax"), loss=loss, optimizer="adam", optimizer__learning_rate=0.1, epochs=30)
    model.fit(data.X, data.one_hot)
    found = model.predict(data.X)
    assert found.shape == (48, 3) and found.dtype == data.one_hot.dtype
    assert (found.sum(axis=1) == 1).all() and model.score(data.X, data.one_hot) > 0.7


def test_margins_have_a_side_and_no_probability(data):
    model = KerasClassifier(of(1, "tanh"), loss="hinge", optimizer="sgd", optimizer__learning_rate=0.5, epochs=20)
    model.fit(data.X, data.answer)
    assert model.score(data.X, data.answer) > 0.9 and model.decision_function(data.X).min() < -0.5
    with pytest.raises(AttributeError, match=r"needs outputs that are probabilities. Received: margins"):
        model.predict_proba(data.X)


def test_several_labels_and_several_columns(data):
    def two():
        x = hornbeam.Input((4,))
        ends = [layers.Dense(3, activation="softmax", name="a"), layers.Dense(1, activation="sigmoid", name="b")]
        return hornbeam.Model(x, [end(x) for end in ends])

    labels = KerasClassifier(of(2, "sigmoid"), epochs=1).fit(data.X, data.labels)
    assert labels.predict(data.X).shape == labels.predict_proba(data.X).shape == (48, 2)
    y = np.stack([np.array(list("abc"))[data.third], data.answer], axis=1)
    columns = KerasClassifier(two, epochs=40, optimizer="adam", optimizer__learning_rate=0.1).fit(data.X, y)
    assert [classes.tolist() for classes in columns.classes_] == [["a", "b", "c"], ["no", "yes"]]
    assert [p.shape for p in columns.predict_proba(data.X)] == [(48, 3), (48, 2)]
    assert columns.predict(data.X).shape == (48, 2) and columns.score(data.X, y) > 0.6
    assert {"a_loss", "b_loss"} < set(columns.history_)


def test_numbers_in_one_output_and_in_several(data):
    def two():
        x = hornbeam.Input((4,))
        return hornbeam.Model(x, [layers.Dense(2)(x), layers.Dense(1)(x)])

    y = np.stack([data.line, -data.line, data.X[:, 2]], axis=1).astype("float64")
    for builder in (two, of(3)):
        model = KerasRegressor(builder, optimizer="adam", optimizer__learning_rate=0.1, epochs=60).fit(data.X, y)
        assert model.predict(data.X).shape == (48, 3) and model.score(data.X, y) > 0.9
        assert model.predict(data.X).dtype == np.float64
    steps = [layers.Reshape((4, 1)), layers.Dense(1)]
    assert KerasRegressor(lambda: networks.stack(4, *steps)).fit(data.X, data.X).predict(data.X).shape == (48, 4)
    one = KerasRegressor(of(1)).fit(data.X, data.line[:, None])
    assert one.predict(data.X).shape == (48,) and one.predict(data.X).dtype == np.float32


def test_weights_of_classes_are_given_by_label(data):
    at_random = np.resize(["no", "yes"], 48)
    model = KerasClassifier(of(1, "sigmoid"), epochs=20, optimizer="adam", optimizer__learning_rate=0.5)
    for heavy, light in (("no", "yes"), ("yes", "no")):
        model.set_params(class_weight={heavy: 1000.0, light: 1e-3}).fit(data.X, at_random)
        assert np.mean(model.predict(data.X) == heavy) > 0.9
    assert model.set_params(class_weight="balanced").fit(data.X, data.answer).score(data.X, data.answer) > 0.8


def test_a_weight_of_zero_is_as_if_the_row_were_not_there(data):
    weight = np.where(data.third == 1, 0.0, 3.0)
    kept = weight > 0
    model = KerasClassifier(of(1, "sigmoid"), epochs=3, random_state=0)
    weighted = model.fit(data.X, data.third, sample_weight=weight).predict_proba(data.X)
    assert model.classes_.tolist() == [0, 2]
    np.testing.assert_allclose(weighted, model.fit(data.X[kept], data.third[kept]).predict_proba(data.X), rtol=1e-5)


@pytest.mark.parametrize(
    "units, y, said",
    [
        (3, "answer", r"must have 1 or 2 units, for y has 2 classes \('no', 'yes'\). Received: a model with 3"),
        (1, "third", r"must have 3 units, for y has 3 classes \(0, 1, 2\).*`StratifiedKFold`"),
        (3, "labels", r"2 units in its output, one for each column of y. Received: a model with 3"),
    ],
)
def test_classes_that_the_model_has_no_units_for(data, units, y, said):
    with pytest.raises(ValueError, match=said):
        KerasClassifier(of(units, "sigmoid")).fit(data.X, getattr(data, y))


def test_targets_of_the_wrong_kind(data):
    with pytest.raises(ValueError, match=r"Received: y with 1 class, 'no'; .* `StratifiedKFold`"):
        KerasClassifier(of(1)).fit(data.X, ["no"] * 48)
    with pytest.raises(ValueError, match=r"must have 2 units in its output, one for each column of y.*\(48, 2\)"):
        KerasRegressor(of(1)).fit(data.X, data.labels)
    with pytest.raises(ValueError, match=r"must be numbers. Received: y of dtype <U3, such as 'no'"):
        KerasRegressor(of(1)).fit(data.X, data.answer)
    with pytest.raises(ValueError, match=r"must have 2 outputs, one for each column of classes in y"):
        KerasClassifier(of(3, "softmax")).fit(data.X, np.stack([data.third, data.third], axis=1))
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[48, 47\]"):
        KerasClassifier(of(1)).fit(data.X, data.answer[1:])
    with pytest.raises(ValueError, match=r"loss for one class per row. Received: y with several labels"):
        KerasClassifier(of(2), loss="categorical_crossentropy").fit(data.X, data.labels)
    with pytest.raises(ValueError, match=r"(?i)sample.weight.*zero"):
        KerasClassifier(of(1)).fit(data.X, data.answer, sample_weight=np.zeros(48))
    with pytest.raises(ValueError, match=r"`class_weight` is for classifiers.*`sample_weight`"):
        KerasRegressor(of(1), class_weight={0: 1.0}).fit(data.X, data.line)
