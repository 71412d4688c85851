"""scikit-learn's own checks of estimators, all of them, for every estimator.

One of them compares weights of rows with repeated rows, to seven digits, which sums of single precision do not have
when they are added in another order. Lion's steps go by the signs of gradients alone, so that they are the same to the
bit. A batch is all rows: otherwise other rows would share a batch.
"""

import pytest
import wrapped_networks as networks

pytest.importorskip("sklearn")

from sklearn.utils.estimator_checks import parametrize_with_checks

from hornbeam.wrappers import KerasClassifier, KerasRegressor, SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

PARAMETERS = {
    "epochs": 30,
    "batch_size": -1,
    "optimizer": "lion",
    "optimizer__learning_rate": 0.05,
    "random_state": 0,
}
FIT = {"epochs": 30, "batch_size": 1000}
ESTIMATORS = [
    KerasClassifier(networks.classifier, **PARAMETERS),
    KerasRegressor(networks.regressor, **PARAMETERS),
    SKLearnClassifier(networks.of_columns, model_kwargs={"end": "softmax"}, fit_kwargs=FIT),
    SKLearnRegressor(networks.of_columns, fit_kwargs=FIT),
    SKLearnTransformer(networks.of_columns, fit_kwargs=FIT),
]


@parametrize_with_checks(ESTIMATORS)
def test_a_check_of_scikit_learn(estimator, check):
    check(estimator)
