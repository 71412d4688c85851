"""`SKLearnClassifier`: Keras 3's wrapper of a model as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any

from hornbeam.wrappers.classification import Classification
from hornbeam.wrappers.sklearn_estimator import SKLearnEstimator


class SKLearnClassifier(Classification, SKLearnEstimator):
    """A model as a scikit-learn classifier, with the parameters of Keras 3's wrapper.

    Args:
        model: a function `(X, y, ...)` that returns a model, whose `y` has a column for each class; or a model, which
            each `fit` copies and draws new weights for.
        warm_start: whether `fit` goes on with the model that is there.
        model_kwargs: further arguments of the function.
        fit_kwargs: arguments of `Model.fit`.
        random_state: an integer, or a `RandomState`, for the same weights and the same order of rows in every fit.

    >>> import hornbeam, numpy as np
    >>> def build(X, y, units):
    ...     x = hornbeam.Input((X.shape[1],))
    ...     h = hornbeam.layers.Dense(units, activation="relu")(x)
    ...     model = hornbeam.Model(x, hornbeam.layers.Dense(y.shape[1], activation="softmax")(h))
    ...     model.compile("adam", "categorical_crossentropy")
    ...     return model
    >>> classifier = SKLearnClassifier(build, model_kwargs={"units": 4}, fit_kwargs={"epochs": 2})
    >>> classifier.fit([[0.0], [1.0], [2.0]], ["low", "low", "high"]).predict([[0.0]]).shape
    (1,)
    """

    def decision_function(self, X: Any) -> Any:
        """The outputs for each class, shape (rows, classes), as Keras gives them: of a softmax, probabilities.

        For two classes, shape (rows,): what speaks for the second one, negative where the first is predicted. For
        several labels, what speaks for each.

        Args:
            X: as in `fit`.
        """
        is_many = getattr(self, "target_type_", None) == "multiclass"
        return self._asked("raw", X) if is_many else super().decision_function(X)
