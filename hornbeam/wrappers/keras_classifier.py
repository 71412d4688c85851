"""`KerasClassifier`: a model as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any

from hornbeam.wrappers.classification import Classification
from hornbeam.wrappers.keras_estimator import KerasEstimator


class KerasClassifier(Classification, KerasEstimator):
    """A model as a scikit-learn classifier, with the parameters of Keras 2's wrapper and of SciKeras.

    Args:
        model: a function that returns a model, compiled or not; or a model, which each `fit` copies and draws new
            weights for. A function gets the parameters that it has arguments for, and if it has them `meta` (a dict
            of what the data are like: `n_features_in_`, `n_classes_`, ...), `compile_kwargs`, `X` and `y`.
        build_fn: the same, as Keras 2 called it.
        warm_start: whether `fit` goes on with the model that is there.
        random_state: an integer, or a `RandomState`, for the same weights and the same order of rows in every fit.
        optimizer, loss, metrics: for a model that is not compiled, or instead of what it was compiled with. Names,
            classes or objects. By default "rmsprop", and a loss that fits the targets.
        batch_size: rows per step; -1 for all.
        validation_batch_size: rows per step when validating.
        verbose: as in `Model.fit`.
        callbacks: callbacks, or classes of them, in a list or dict or alone.
        validation_split: the share of rows at the end that is held out.
        shuffle: whether rows are shuffled before each epoch.
        epochs: how often to go over the data.
        class_weight: weights of the classes by label, or "balanced".
        kwargs: arguments of the function, of `Model.fit` and of `Model.compile`; `model__units`, `fit__...`,
            `compile__...`, `predict__...` for one of these alone; `optimizer__learning_rate`, `loss__from_logits`,
            `metrics__...`, `callbacks__patience` for arguments of the objects.

    >>> import hornbeam, numpy as np
    >>> def build(meta, units=4):
    ...     return hornbeam.Sequential([
    ...         hornbeam.Input((meta["n_features_in_"],)),
    ...         hornbeam.layers.Dense(units, activation="relu"),
    ...         hornbeam.layers.Dense(1, activation="sigmoid"),
    ...     ])
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), ["low", "low", "high", "high"]
    >>> classifier = KerasClassifier(build, units=8, optimizer="sgd", optimizer__learning_rate=0.1, random_state=0)
    >>> classifier.fit(X, y).classes_.tolist()
    ['high', 'low']
    >>> classifier.predict_proba(X).shape
    (4, 2)
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
        class_weight: Any = None,
        **kwargs: Any,
    ):
        self._store(locals())

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> KerasClassifier:
        """Train for one more epoch.

        Args:
            X, y: as in `fit`.
            classes: all classes, for a first call whose `y` does not have each of them.
            sample_weight: weights of the rows.
        """
        return self._more(X, y, sample_weight, classes)
