"""`KerasRegressor`: a model as a scikit-learn regressor."""

from __future__ import annotations

from typing import Any

from hornbeam.wrappers.keras_estimator import KerasEstimator
from hornbeam.wrappers.regression import Regression


class KerasRegressor(Regression, KerasEstimator):
    """A model as a scikit-learn regressor, with the parameters of Keras 2's wrapper and of SciKeras.

    Args:
        model, build_fn, warm_start, random_state, optimizer, loss, metrics, batch_size, validation_batch_size, verbose:
            as in `KerasClassifier`; the loss is "mse" by default.
        callbacks, validation_split, shuffle, epochs, kwargs: as in `KerasClassifier`.

    >>> import hornbeam, numpy as np
    >>> model = hornbeam.Sequential([hornbeam.Input((1,)), hornbeam.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> X = np.array([[0.0], [0.5], [1.0]])
    >>> regressor = KerasRegressor(model, epochs=200, optimizer__learning_rate=0.5).fit(X, 2 * X[:, 0] + 1)
    >>> regressor.predict([[2.0]]).round(1).tolist()
    [5.0]
    """

    def __init__(
        self,
        model: Any = None,
        *,
        build_fn: Any = None,
        warm_start: bool = False,
        random_state: Any = None,
        optimizer: Any = None,
        loss: Any = None,
        metrics: Any = None,
        batch_size: int | None = None,
        validation_batch_size: int | None = None,
        verbose: int | str = 0,
        callbacks: Any = None,
        validation_split: float = 0.0,
        shuffle: bool | str = True,
        epochs: int = 1,
        **kwargs: Any,
    ):
        self._store(locals())

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> KerasRegressor:
        """Train for one more epoch.

        Args:
            X, y: as in `fit`.
            sample_weight: weights of the rows.
        """
        return self._more(X, y, sample_weight)
