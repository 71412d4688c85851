"""`keras.wrappers.scikit_learn`, as programs for Keras 2 use it."""

import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("sklearn")

SCRIPT = """
    import numpy as np
    from keras.layers import Dense
    from keras.models import Sequential
    from keras.utils import np_utils
    from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
    from sklearn.model_selection import KFold, RandomizedSearchCV, cross_val_score
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import LabelEncoder, StandardScaler

    X = np.random.RandomState(0).normal(size=(60, 2))
    Y = np.array(["a", "b", "c"])[np.digitize(X[:, 0], [-0.5, 0.5])]

    # one-hot classes, as a well-known tutorial has them
    def baseline_model():
        model = Sequential()
        model.add(Dense(8, input_dim=2, init="normal", activation="relu"))
        model.add(Dense(3, activation="softmax"))
        model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
        return model

    encoder = LabelEncoder().fit(Y)
    dummy_y = np_utils.to_categorical(encoder.transform(Y))
    estimator = KerasClassifier(build_fn=baseline_model, nb_epoch=5, batch_size=5, verbose=0)
    results = cross_val_score(estimator, X, dummy_y, cv=KFold(n_splits=2, shuffle=True, random_state=7))
    assert results.shape == (2,) and 0 <= results.min() <= 1
    history = estimator.fit(X, dummy_y)
    assert len(history.history["acc"]) == 5
    assert set(encoder.inverse_transform(estimator.predict(X))) <= {"a", "b", "c"}
    accuracy = np.mean(estimator.predict(X) == encoder.transform(Y))
    assert estimator.score(X, dummy_y) == accuracy and estimator.model.count_params() == 51

    # numbers: a score is the loss with a minus
    def larger_model():
        model = Sequential()
        model.add(Dense(1, input_dim=2))
        model.compile(loss="mean_squared_error", optimizer="adam")
        return model

    steps = [("scale", StandardScaler()), ("mlp", KerasRegressor(build_fn=larger_model, epochs=2, verbose=0))]
    pipeline = Pipeline(steps)
    assert (cross_val_score(pipeline, X, 3 + X[:, 0], cv=2) < -1).all()
    assert pipeline.fit(X, X[:, 0]).predict(X).shape == (60,)

    # the search of the notes
    def create_model(optimizer="adam", activation="relu"):
        model = Sequential()
        model.add(Dense(16, input_shape=(2,), activation=activation))
        model.add(Dense(1, activation="sigmoid"))
        model.compile(optimizer=optimizer, loss="binary_crossentropy")
        return model

    y = (X[:, 0] > 0).astype(int)
    model = KerasClassifier(build_fn=create_model, epochs=6, batch_size=16)
    assert 0 < cross_val_score(model, X, y, cv=2).mean() <= 1
    params = dict(optimizer=["sgd", "adam"], epochs=[3], batch_size=[5, 10, 20], activation=["relu", "tanh"])
    random_search = RandomizedSearchCV(model, params, cv=2, n_iter=2)
    results = random_search.fit(X, y)
    print("Best:", sorted(results.best_params_), results.best_estimator_.predict_proba(X).shape)

    # builders of a class; parameters that nothing knows
    class Mine(KerasClassifier):
        def __call__(self, activation="relu"):
            return create_model(activation=activation)

    mine = Mine(activation="tanh", verbose=0)
    mine.fit(X, y)
    assert mine.model.layers[0].activation.__name__ == "tanh" and mine.get_params()["activation"] == "tanh"
    assert mine.filter_sk_params(create_model, {"optimizer": "sgd"}) == {"activation": "tanh", "optimizer": "sgd"}
    try:
        KerasClassifier(create_model, activaton="relu")
    except ValueError as error:
        print(str(error).partition("Did")[2])
"""


def test_programs_for_keras_2(tmp_path):
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    command = [sys.executable, "-W", "ignore", "-m", "hornbeam", "run", "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    *bars, best, said = done.stdout.splitlines()
    assert best == "Best: ['activation', 'batch_size', 'epochs', 'optimizer'] (60, 2)"
    assert said == " you mean 'activation'?" and any(line.startswith("Epoch 6/6") for line in bars)
