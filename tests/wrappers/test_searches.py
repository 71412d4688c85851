"""Estimators inside of scikit-learn's searches and of what is made of several estimators."""

import joblib
import numpy as np
import pytest
import wrapped_networks as networks

pytest.importorskip("sklearn")

import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    HalvingRandomSearchCV,
    KFold,
    RandomizedSearchCV,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hornbeam.wrappers import KerasClassifier, KerasRegressor


@pytest.fixture
def model():
    return KerasClassifier(networks.compiled, epochs=2, random_state=0)


def test_a_search_compiles_a_structure_once(data, model):
    counts = []

    class Counted(KerasClassifier):
        def _train(self, *args):
            super()._train(*args)
            counts.append(self.model_.compile_count())

    rates = [10.0**-i for i in range(10)]
    model = Counted(networks.compiled, units=6, batch_size=8)
    GridSearchCV(model, {"optimizer__learning_rate": rates}, cv=2, refit=False).fit(data.X, data.third)
    assert len(counts) == 20 and not any(counts[1:])


def test_searches_over_everything(data, model):
    space = {
        "units": [3, 4],
        "depth": [1, 2],
        "activation": ["relu", "tanh"],
        "optimizer": ["sgd", "adam"],
        "optimizer__learning_rate": [0.1, 0.01],
        "batch_size": [8, 16],
        "epochs": [1, 2],
    }
    random = RandomizedSearchCV(model, space, n_iter=2, cv=2, random_state=0).fit(data.X, data.third)
    assert set(random.best_params_) == set(space) and random.predict(data.X).shape == (48,)
    two = KerasClassifier(networks.yes_or_no, random_state=0)
    halving = HalvingRandomSearchCV(two, {"batch_size": [8, 16, 32], "epochs": [1, 2]}, cv=2, random_state=0)
    assert halving.fit(data.X, data.answer).best_score_ >= 0
    piped = make_pipeline(StandardScaler(), model)
    grid = GridSearchCV(piped, {"kerasclassifier__model__units": [3, 4]}, cv=2).fit(data.X, data.third)
    assert len(grid.cv_results_["params"]) == 2


def test_threads_and_processes_give_the_same_scores(data, model):
    def scores(n_jobs):
        return cross_val_score(model, data.X, data.third, cv=3, scoring="neg_log_loss", n_jobs=n_jobs)

    alone = scores(None)
    with joblib.parallel_config("threading"):
        np.testing.assert_array_equal(scores(2), alone)


@pytest.mark.slow
def test_processes_give_the_same_scores(data, model):
    scores = [
        cross_val_score(model, data.X, data.third, cv=2, scoring="neg_log_loss", n_jobs=n_jobs) for n_jobs in (None, 2)
    ]
    np.testing.assert_array_equal(*scores)


def test_estimators_of_estimators(data, model):
    X, y = data.X, data.answer
    model = KerasClassifier(networks.yes_or_no, epochs=2)
    parts = [("network", model), ("line", LogisticRegression())]
    for whole in (
        CalibratedClassifierCV(model, cv=2),
        StackingClassifier(parts, cv=2),
        BaggingClassifier(model, n_estimators=2),
    ):
        assert whole.fit(X, y).predict_proba(X).shape == (48, 2)
    assert permutation_importance(model.fit(X, y), X, y, n_repeats=1).importances_mean.shape == (4,)
    found = cross_validate(model, X, (y == "yes").astype(int), cv=2, scoring=["roc_auc", "f1", "neg_log_loss"])
    assert {"test_roc_auc", "test_f1", "test_neg_log_loss"} < set(found)
    scaled = TransformedTargetRegressor(KerasRegressor(networks.regressor), transformer=StandardScaler())
    assert scaled.fit(X, data.line).predict(X).shape == (48,)


def test_weights_are_routed(data):
    with sklearn.config_context(enable_metadata_routing=True):
        model = KerasClassifier(networks.yes_or_no).set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=True)
        weights = {"sample_weight": (data.line > 0).astype(float) + 1}
        assert cross_validate(model, data.X, data.answer, cv=2, params=weights)["test_score"].shape == (2,)


def test_a_fold_without_a_class_is_told(data, model):
    order = np.argsort(data.third)
    with pytest.raises(ValueError, match=r"y has 2 classes \(1, 2\). Received: a model with 3. Where a fold lacks"):
        cross_val_score(model, data.X[order], data.third[order], cv=KFold(3), error_score="raise")
