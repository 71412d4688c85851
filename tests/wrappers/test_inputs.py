"""What an estimator is given for `X`."""

import numpy as np
import pandas as pd
import pytest
import wrapped_networks as networks

pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import OneHotEncoder

import hornbeam
from hornbeam import layers
from hornbeam.wrappers import KerasClassifier, KerasRegressor, SKLearnTransformer

FAST = {"optimizer": "adam", "optimizer__learning_rate": 0.1, "epochs": 20}


def test_frames_are_told_by_their_columns(data):
    frame = pd.DataFrame(data.X, columns=list("abcd"), index=range(100, 148))
    answer = pd.Series(data.answer, index=frame.index)
    model = KerasClassifier(networks.yes_or_no, **FAST).fit(frame, answer)
    assert model.feature_names_in_.tolist() == list("abcd") and model.n_features_in_ == 4
    assert model.classes_.tolist() == ["no", "yes"] and model.score(frame, answer) > 0.8
    with pytest.raises(ValueError, match=r"Feature names must be in the same order"):
        model.predict(frame[list("dcba")])
    kinds = pd.Series(pd.Categorical(data.answer), index=frame.index)
    assert set(KerasClassifier(networks.yes_or_no).fit(frame, kinds).predict(frame)) <= {"no", "yes"}


def test_columns_go_to_inputs_by_name_and_may_be_strings(data):
    def builder():
        number, word = hornbeam.Input((1,), name="number"), hornbeam.Input((1,), name="word", dtype="string")
        known = layers.StringLookup(vocabulary=["no", "yes"], output_mode="one_hot")(word)
        return hornbeam.Model([word, number], layers.Dense(1)(layers.Concatenate()([number, known])))

    def of_two():
        two = [hornbeam.Input((1,), name=name) for name in ("b", "a")]
        return hornbeam.Model(two, layers.Dense(1)(layers.Concatenate()(two)))

    frame = pd.DataFrame({"number": data.line, "word": data.answer})
    y = data.line + 3 * (data.answer == "yes")
    model = KerasRegressor(builder, **FAST | {"epochs": 60}).fit(frame, y)
    assert model.score(frame, y) > 0.9 and model.feature_names_in_.tolist() == ["number", "word"]
    assert cross_val_score(KerasRegressor(builder), frame, y, cv=2).shape == (2,)
    numbers = pd.DataFrame(data.X[:, :3], columns=list("abc"))
    assert KerasRegressor(of_two).fit(numbers, data.line).predict(numbers).shape == (48,)
    parts = {"a": data.X[:, :1], "b": data.X[:, 1:2]}
    assert KerasRegressor(of_two).fit(parts, data.line).predict(parts).shape == (48,)


def test_sentences_and_images(data):
    sentences = [f"it is {answer} indeed" for answer in data.answer]

    def of_words(X):
        words = layers.TextVectorization(output_mode="multi_hot")
        words.adapt(X)
        return hornbeam.Sequential([hornbeam.Input((), dtype="string"), words, layers.Dense(1, activation="sigmoid")])

    model = KerasClassifier(of_words, **FAST)
    for X in (sentences, np.array(sentences), np.array(sentences, object), pd.Series(sentences)):
        assert model.fit(X, data.answer).score(X, data.answer) == 1
    assert cross_val_score(model, np.array(sentences), data.answer, cv=2).tolist() == [1, 1]

    def of_images(meta):
        rest = [layers.Flatten(), layers.Dense(1, activation="sigmoid")]
        return hornbeam.Sequential([hornbeam.Input(meta["X_shape_"][1:]), *rest])

    images = data.X.reshape(48, 2, 2, 1)
    assert KerasClassifier(of_images).fit(images, data.answer).predict(images).shape == (48,)
    with pytest.raises(ValueError, match=r"Reshape your data"):
        model.fit(data.line, data.answer)


def test_features_of_a_model_in_a_table(data):
    network = networks.stack(2, layers.Dense(3, activation="relu"), layers.Dense(2))
    network.compile("adam", "mse")
    frame = pd.DataFrame(data.X[:, :2], columns=["a", "b"])
    frame["kind"] = data.answer
    parts = [("net", SKLearnTransformer(network), ["a", "b"]), ("kinds", OneHotEncoder(sparse_output=False), ["kind"])]
    table = ColumnTransformer(parts).set_output(transform="pandas").fit_transform(frame)
    assert table.columns.tolist()[:2] == ["net__sklearntransformer0", "net__sklearntransformer1"]
    assert table.shape == (48, 4) and np.isfinite(table.to_numpy()).all()
