"""`SKLearnRegressor`: Keras 3's wrapper of a model as a scikit-learn regressor."""

from __future__ import annotations

from hornbeam.wrappers.regression import Regression
from hornbeam.wrappers.sklearn_estimator import SKLearnEstimator


class SKLearnRegressor(Regression, SKLearnEstimator):
    """A model as a scikit-learn regressor, with the parameters of Keras 3's wrapper.

    Args:
        model: a function `(X, y, ...)` that returns a model, whose `y` has a column for each number; or a model, which
            each `fit` copies and draws new weights for.
        warm_start, model_kwargs, fit_kwargs, random_state: as in `SKLearnClassifier`.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> SKLearnRegressor(model).fit([[0.0], [1.0]], [1.0, 2.0]).predict([[3.0]]).shape
    (1,)
    """
