"""Keras 2's `keras.wrappers.scikit_learn`: its estimators, which give what they gave.

What differs from `hornbeam.wrappers`: `fit` returns the history, `model` is the trained model, one-hot targets are
answered by class indices, and the score of a regressor is the loss with a minus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam.core.declarations import signature
from hornbeam.wrappers import KerasClassifier as _Classifier
from hornbeam.wrappers import KerasRegressor as _Regressor
from hornbeam.wrappers.keras_estimator import KerasEstimator

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]


class BaseWrapper(KerasEstimator):
    """What both have in common.

    Args:
        build_fn: a function that returns a compiled model; or a subclass has a method `__call__` that does.
        sk_params: arguments of the function, of `fit`, `predict` and `score`.
    """

    warm_start = False
    random_state = None

    def __init__(self, build_fn: Any = None, **sk_params: Any):
        self._store({"build_fn": build_fn, "kwargs": sk_params})

    @property
    def sk_params(self) -> dict[str, Any]:
        """The parameters beside the builder."""
        return self._others

    @property
    def model(self) -> Any:
        """The trained model."""
        if not self.__sklearn_is_fitted__():
            raise AttributeError(f"`{type(self).__name__}` has no `model` before `fit`.")
        return self.model_

    def _builder(self) -> Any:
        return self.build_fn if self.build_fn is not None else self if callable(self) else None

    def fit(self, x: Any, y: Any = None, sample_weight: Any = None, **kwargs: Any) -> Any:
        """Build a model and train it; returns the history.

        Args:
            x, y: the rows and their targets.
            sample_weight: weights of the rows.
            kwargs: arguments of `Model.fit`.
        """
        return super().fit(x, y, sample_weight, **kwargs).model_.history

    def check_params(self, params: dict[str, Any]) -> None:
        """Raise for parameters that nothing knows."""
        self._check_others(params)

    def filter_sk_params(self, fn: Callable[..., Any], override: dict[str, Any] | None = None) -> dict[str, Any]:
        """The parameters that a function has arguments for.

        Args:
            fn: the function.
            override: further arguments of it.
        """
        known = signature(fn).parameters
        return {name: value for name, value in self._others.items() if name in known} | (override or {})


class KerasClassifier(BaseWrapper, _Classifier):
    """A model as a scikit-learn classifier, as Keras 2 had it.

    Args:
        build_fn, sk_params: as in `BaseWrapper`.
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The class of each row; of one-hot targets, its number.

        Args:
            x: the rows.
            kwargs: arguments of `Model.predict`.
        """
        found = self._asked("decode", x, **kwargs)
        return found.argmax(axis=1) if _is_one_hot(found) else found

    def predict_proba(self, x: Any, **kwargs: Any) -> Any:
        """The probability of each class.

        Args:
            x: the rows.
            kwargs: arguments of `Model.predict`.
        """
        return self._asked("proba", x, **kwargs)

    def score(self, x: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> float:
        """The share of rows whose class is right.

        Args:
            x, y: the rows and their targets.
            sample_weight: weights of the rows.
            kwargs: arguments of `Model.predict`.
        """
        y = np.asarray(y)
        classes = y.argmax(axis=1) if _is_one_hot(y) else y.reshape(len(y), -1)[:, 0]
        return float(np.average(self.predict(x, **kwargs) == classes, weights=sample_weight))


class KerasRegressor(BaseWrapper, _Regressor):
    """A model as a scikit-learn regressor, as Keras 2 had it.

    Args:
        build_fn, sk_params: as in `BaseWrapper`.
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """A number for each row, or a row of them.

        Args:
            x: the rows.
            kwargs: arguments of `Model.predict`.
        """
        return self._asked("decode", x, **kwargs)

    def score(self, x: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> float:
        """The loss, with a minus: more is better.

        Args:
            x, y: the rows and their targets.
            sample_weight: weights of the rows.
            kwargs: arguments of `Model.evaluate`.
        """
        logs = self.model.evaluate(x, y, sample_weight=sample_weight, return_dict=True, verbose=0, **kwargs)
        return -logs["loss"]


def _is_one_hot(y: np.ndarray) -> bool:
    return y.ndim == 2 and y.shape[1] > 1
