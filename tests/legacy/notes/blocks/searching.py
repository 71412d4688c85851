"""Searches with scikit-learn: over a tree's parameters, then over those of a network, which is made an estimator."""

import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.model_selection import RandomizedSearchCV, cross_val_score
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(0)
X = rng.normal(size=(48, 2)).astype("float32")
y = (X.sum(1) > 0).astype(int)


def create_model(optimizer="adam", activation="relu"):
    model = Sequential()
    model.add(Dense(16, input_shape=(2,), activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer=optimizer, loss="binary_crossentropy")  # an estimator's score is its accuracy all the same
    return model


def test_a_tree():
    params = {"max_depth": [3, None], "max_features": range(1, 3), "min_samples_leaf": range(1, 4)}
    tree_cv = RandomizedSearchCV(DecisionTreeClassifier(), params, cv=3, n_iter=4, random_state=0)
    tree_cv.fit(X, y)
    assert tree_cv.best_params_.keys() == params.keys()


def test_scores_of_folds():
    model = KerasClassifier(build_fn=create_model, epochs=30, batch_size=16, verbose=0)
    kfold = cross_val_score(model, X, y, cv=3)
    assert kfold.shape == (3,) and kfold.mean() > 0.7 and kfold.std() < 0.4


def test_a_random_search():
    """Of arguments of the function, and of those of `fit`."""
    model = KerasClassifier(build_fn=create_model, epochs=6, batch_size=16, verbose=0)
    params = {"optimizer": ["sgd", "adam"], "epochs": [1], "batch_size": [8, 16], "activation": ["relu", "tanh"]}
    random_search = RandomizedSearchCV(model, param_distributions=params, cv=2, n_iter=2, random_state=0)
    random_search_results = random_search.fit(X, y)
    best = random_search_results.best_params_
    assert all(value in params[name] for name, value in best.items()) and best.keys() == params.keys()
    assert 0 <= random_search_results.best_score_ <= 1
    assert random_search.predict(X).ravel().shape == (48,)


def test_layers_and_nodes_are_searched_too():
    built = []

    def create_model(nl=1, nn=256):
        built.append((nl, nn))
        model = Sequential()
        model.add(Dense(16, input_shape=(2,), activation="relu"))
        for _ in range(nl):
            model.add(Dense(nn, activation="relu"))
        model.add(Dense(1, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy")
        return model

    params = {"nl": [1, 2], "nn": [4]}
    search = RandomizedSearchCV(KerasClassifier(build_fn=create_model, verbose=0), params, cv=2, n_iter=2)
    search.fit(X, y)
    assert set(built) == {(1, 4), (2, 4)} and len(built) == 2 * 2 + 1
    assert search.best_params_ in ({"nl": 1, "nn": 4}, {"nl": 2, "nn": 4})
