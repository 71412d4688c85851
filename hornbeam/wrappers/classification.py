"""`Classification`: what a classifier around a model gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score

from hornbeam.wrappers.targets import classes_target


class Classification(ClassifierMixin):
    """Classes of any kind in, the same kind out.

    Attributes:
        classes_: the classes, sorted; a list of them for several columns.
        n_classes_: how many.
    """

    def _target_of(self, X: Any, y: np.ndarray, classes: Any) -> Any:
        return classes_target(y, classes)

    def _describe(self: Any, X: Any, y: np.ndarray, target: Any) -> None:
        super()._describe(X, y, target)
        self.classes_ = target.classes
        several = isinstance(target.classes, list)
        self.n_classes_ = [len(classes) for classes in target.classes] if several else len(target.classes)

    def predict(self: Any, X: Any) -> np.ndarray:
        """The class of each row; a matrix for several columns.

        Args:
            X: as in `fit`.
        """
        return self._asked("decode", X)

    def predict_proba(self: Any, X: Any) -> Any:
        """The probability of each class, in the order of `classes_`, shape (rows, classes).

        Of each label by itself, for several labels; a list, for several columns of classes.

        Args:
            X: as in `fit`.
        """
        return self._asked("proba", X)

    def decision_function(self: Any, X: Any) -> Any:
        """How much speaks for each class, shape (rows, classes): logits, or logarithms of probabilities.

        For two classes, shape (rows,): what speaks for the second one, negative where the first is predicted.

        Args:
            X: as in `fit`.
        """
        return self._asked("decide", X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows whose class, or whose classes in all columns, are right.

        Args:
            X, y: as in `fit`.
            sample_weight: weights of the rows.
        """
        found, y = self.predict(X), np.asarray(y)
        if getattr(self, "target_type_", "") == "multiclass-multioutput":
            return float(np.average(np.all(found == y, axis=1), weights=sample_weight))
        return float(accuracy_score(y, found, sample_weight=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
