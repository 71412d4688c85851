"""Targets as an estimator is given them, and as a model learns them: classes become numbers, and numbers classes.

Which form a model learns is read off its loss and its outputs: class indices, one-hot rows, or a column of 0 and 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from hornbeam.wrappers.outputs import Output, log_odds, probabilities, scores, yes


class Labels:
    """A column of classes, of any kind that can be sorted.

    Args:
        y: targets, shape (rows,).
        classes: all classes, where `y` need not have each.
    """

    count = models_outputs = 1

    def __init__(self, y: np.ndarray, classes: Any = None):
        self.classes = np.unique(y if classes is None else np.asarray(classes))
        self.kind = "binary" if len(self.classes) <= 2 else "multiclass"
        if len(self.classes) < 2:
            raise ValueError(
                "A classifier needs at least 2 classes to tell apart. Received: y with 1 class, "
                f"{self.classes.tolist()[0]!r}; if this is a fold of a cross-validation, use `StratifiedKFold`."
            )

    def encode(self, y: np.ndarray, outputs: list[Output]) -> np.ndarray:
        """Class indices, one-hot rows or 0 and 1, as the model's output learns them."""
        (output,) = _one(outputs, "a single column of classes")
        indices = self.indices(y)
        n = len(self.classes)
        if output.takes == "class indices" or (output.takes is None and output.units > 1):
            self._check_units(output, n)
            return indices
        if output.is_one_hot:
            self._check_units(output, n)
            return np.eye(n, dtype=np.float32)[indices]
        self._check_units(output, 1 if n == 2 else n)
        return indices[:, None].astype(np.float32)

    def as_columns(self, y: np.ndarray) -> np.ndarray:
        """A column for each class, with a 1 in that of a row's."""
        return np.eye(len(self.classes))[self.indices(y)]

    def indices(self, y: np.ndarray) -> np.ndarray:
        y = y.ravel()
        unknown = np.setdiff1d(y, self.classes)
        if unknown.size:
            raise ValueError(
                f"y must have the classes {self.classes.tolist()}, which the estimator was first fitted with. "
                f"Received: {unknown.tolist()[:3]} besides; give all classes to the first `partial_fit`."
            )
        return np.searchsorted(self.classes, y).astype(np.int32)

    def _check_units(self, output: Output, wanted: int) -> None:
        if output.units != wanted:
            shown = ", ".join(map(repr, self.classes.tolist()[:5])) + (", ..." if len(self.classes) > 5 else "")
            either = "1 or 2 units" if len(self.classes) == 2 else f"{wanted} units"
            raise ValueError(
                f"Output `{output.name}` must have {either}, for y has {len(self.classes)} classes ({shown}). "
                f"Received: a model with {output.units}. Where a fold lacks a class, use `StratifiedKFold`; a builder "
                'can take the number: `def build(meta): ... Dense(meta["n_classes_"])`.'
            )

    def decide(self, values: Any, outputs: list[Output]) -> np.ndarray:
        """What `decision_function` gives: a column for each class; for two classes one number for the second."""
        (output,), values = outputs, _rows(values)
        found = log_odds(values, output) if output.units == 1 else scores(values, output)
        if found.shape[1] > 2 or len(self.classes) > 2:
            return found
        return found[:, 0] if found.shape[1] == 1 else found[:, 1] - found[:, 0]

    def raw(self, values: Any, outputs: list[Output]) -> np.ndarray:
        """The outputs as they are."""
        return _rows(values)

    def decode(self, values: Any, outputs: list[Output]) -> np.ndarray:
        found = self.decide(values, outputs)
        return self.classes[(found > 0).astype(int) if found.ndim == 1 else found.argmax(axis=1)]

    def proba(self, values: Any, outputs: list[Output]) -> np.ndarray:
        return probabilities(_rows(values), outputs[0])

    def default_loss(self, units: list[int]) -> list[str]:
        return ["binary_crossentropy" if n == 1 else "sparse_categorical_crossentropy" for n in units]


class Indicator:
    """Several labels for a row: a matrix of 0 and 1. If each row has one 1 and the model a softmax, one of them."""

    kind = "multilabel-indicator"
    models_outputs = 1

    def __init__(self, y: np.ndarray, classes: Any = None):
        self.count = y.shape[1]
        self.classes = np.arange(self.count)
        self._dtype = y.dtype

    def as_columns(self, y: np.ndarray) -> np.ndarray:
        return y

    def _is_one_of(self, outputs: list[Output]) -> bool:
        return len(outputs) == 1 and outputs[0].takes in ("class indices", "class probabilities")

    def encode(self, y: np.ndarray, outputs: list[Output]) -> Any:
        if self._is_one_of(outputs):
            if not np.all(y.sum(axis=1) == 1):
                raise ValueError(
                    f"Output `{outputs[0].name}` has a loss for one class per row. Received: y with several labels "
                    "in a row, or none; end in a sigmoid, with `binary_crossentropy`."
                )
            is_indices = outputs[0].takes == "class indices"
            return y.argmax(axis=1).astype(np.int32) if is_indices else y.astype(np.float32)
        return split_columns(y.astype(np.float32), outputs)

    def decide(self, values: Any, outputs: list[Output]) -> np.ndarray:
        one = scores if self._is_one_of(outputs) else log_odds
        return np.concatenate([one(_rows(v), output) for v, output in zip(_each(values), outputs)], axis=1)

    def decode(self, values: Any, outputs: list[Output]) -> np.ndarray:
        found = self.decide(values, outputs)
        chosen = np.eye(self.count)[found.argmax(axis=1)] if self._is_one_of(outputs) else found > 0
        return chosen.astype(self._dtype)

    def proba(self, values: Any, outputs: list[Output]) -> np.ndarray:
        one = probabilities if self._is_one_of(outputs) else yes
        return np.concatenate([one(_rows(v), output) for v, output in zip(_each(values), outputs)], axis=1)

    def default_loss(self, units: list[int]) -> list[str]:
        return ["binary_crossentropy"] * len(units)


class ManyLabels:
    """Several columns of classes, for a model with an output for each."""

    kind = "multiclass-multioutput"

    def __init__(self, y: np.ndarray, classes: Any = None):
        given = classes if classes is not None else [None] * y.shape[1]
        self.columns = [Labels(column, one) for column, one in zip(y.T, given, strict=True)]
        self.count = self.models_outputs = len(self.columns)
        self.classes = [column.classes for column in self.columns]

    def as_columns(self, y: np.ndarray) -> np.ndarray:
        return y

    def _by_output(self, values: Any, outputs: list[Output]) -> list[tuple[Labels, Any, list[Output]]]:
        if len(outputs) != self.count:
            raise ValueError(
                f"The model must have {self.count} outputs, one for each column of classes in y. "
                f"Received: a model with {len(outputs)}."
            )
        return [(column, v, [output]) for column, v, output in zip(self.columns, values, outputs)]

    def encode(self, y: np.ndarray, outputs: list[Output]) -> list[np.ndarray]:
        return [column.encode(part, out) for column, part, out in self._by_output(y.T, outputs)]

    def decide(self, values: Any, outputs: list[Output]) -> list[np.ndarray]:
        return [column.decide(part, out) for column, part, out in self._by_output(_each(values), outputs)]

    def decode(self, values: Any, outputs: list[Output]) -> np.ndarray:
        parts = self._by_output(_each(values), outputs)
        return np.stack([column.decode(part, out) for column, part, out in parts], axis=1)

    def proba(self, values: Any, outputs: list[Output]) -> list[np.ndarray]:
        return [column.proba(part, out) for column, part, out in self._by_output(_each(values), outputs)]

    def default_loss(self, units: list[int]) -> list[str]:
        return [loss for n in units for loss in self.columns[0].default_loss([n])]


class Numbers:
    """What a regressor learns: a column of numbers, or several."""

    classes = None
    models_outputs = 1

    def __init__(self, y: np.ndarray, classes: Any = None):
        self.count = y.shape[1] if y.ndim > 1 else 1
        self.kind = "continuous" if self.count == 1 else "continuous-multioutput"
        self._dtype = np.float32 if y.dtype == np.float32 else np.float64

    def as_columns(self, y: np.ndarray) -> np.ndarray:
        return y.reshape(len(y), -1)

    def encode(self, y: np.ndarray, outputs: list[Output]) -> Any:
        return split_columns(y.reshape(len(y), -1).astype(np.float32), outputs)

    def decode(self, values: Any, outputs: list[Output]) -> np.ndarray:
        found = np.concatenate([_rows(value) for value in _each(values)], axis=1).astype(self._dtype)
        return found[:, 0] if self.count == 1 else found

    def default_loss(self, units: list[int]) -> list[str]:
        return ["mse"] * len(units)


def classes_target(y: np.ndarray, classes: Any = None) -> Labels | Indicator | ManyLabels:
    """The target of a classifier: by what `y` looks like."""
    check_classification_targets(y)
    kind = type_of_target(y, input_name="y")
    if kind == "multilabel-indicator":
        return Indicator(y, classes)
    if kind == "multiclass-multioutput":
        return ManyLabels(y, classes)
    return Labels(y.ravel(), classes)


def split_columns(y: np.ndarray, outputs: list[Output]) -> Any:
    """The columns of `y` for the outputs in turn, in their shapes."""
    sizes = [math.prod(output.shape) for output in outputs]
    if sum(sizes) != y.shape[1]:
        raise ValueError(
            f"The model must have {y.shape[1]} units in its {'output' if len(sizes) == 1 else 'outputs'}, one for each "
            f"column of y. Received: a model with {' + '.join(map(str, sizes))}, and y of shape {y.shape}."
        )
    parts = np.split(y, np.cumsum(sizes)[:-1], axis=1)
    parts = [part.reshape(len(y), *output.shape) for part, output in zip(parts, outputs)]
    return parts[0] if len(parts) == 1 else parts


def _one(outputs: list[Output], what: str) -> list[Output]:
    if len(outputs) != 1:
        raise ValueError(f"The model must have one output for {what} in y. Received: a model with {len(outputs)}.")
    return outputs


def _each(values: Any) -> list[np.ndarray]:
    if isinstance(values, dict):
        return list(values.values())
    return list(values) if isinstance(values, list | tuple) else [values]


def _rows(values: Any) -> np.ndarray:
    (value,) = _each(values)
    return value.reshape(len(value), -1)
