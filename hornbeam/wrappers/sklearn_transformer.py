"""`SKLearnTransformer`: Keras 3's wrapper of a model as a scikit-learn transformer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin

from hornbeam.wrappers.sklearn_estimator import SKLearnEstimator
from hornbeam.wrappers.targets import Numbers


class SKLearnTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, SKLearnEstimator):
    """A model whose outputs are features for what comes after it in a pipeline, as Keras 3 wraps one.

    Without targets it learns to give its inputs back, as an autoencoder does.

    Args:
        model: a function `(X, y, ...)` that returns a model, or a model, which each `fit` copies and draws new weights
            for.
        warm_start, model_kwargs, fit_kwargs, random_state: as in `SKLearnClassifier`.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((2,)), hornbeam.layers.Dense(3)])
    >>> model.compile("sgd", "mse")
    >>> X = [[0.0, 1.0], [1.0, 0.0]]
    >>> transformer = SKLearnTransformer(model).set_output(transform="pandas")
    >>> list(transformer.fit(X, [[0.0, 1.0, 2.0], [1.0, 0.0, 0.0]]).transform(X).columns)
    ['sklearntransformer0', 'sklearntransformer1', 'sklearntransformer2']
    """

    def _checked_y(self, y: Any, X: Any) -> np.ndarray:
        return X if y is None else super()._checked_y(y, X)

    def _target_of(self, X: Any, y: np.ndarray, classes: Any) -> Any:
        return Numbers(y)

    def transform(self, X: Any) -> np.ndarray:
        """The outputs of the model, shape (rows, units).

        Args:
            X: as in `fit`.
        """
        return self._asked("decode", X).reshape(-1, self._n_features_out)

    def predict(self, X: Any) -> np.ndarray:
        """The same as `transform`, as an array.

        Args:
            X: as in `fit`.
        """
        return self._asked("decode", X)

    @property
    def _n_features_out(self) -> int:
        return sum(math.prod(output.shape) for output in self._outputs)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
