"""What an estimator is given for `X`: checked as scikit-learn does, and as the model takes it."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, check_consistent_length, validate_data

from hornbeam.core import tree
from hornbeam.data.array_likes import is_frame
from hornbeam.data.conversion import to_array

# Images and series have more than two axes; sparse matrices are made dense.
_NUMBERS = {"accept_sparse": "csr", "allow_nd": True, "dtype": "numeric"}


def checked(estimator: Any, X: Any, reset: bool) -> Any:
    """`X` as it can be split into rows: an array, a DataFrame that has columns of strings, or a dict of arrays.

    Args:
        estimator: learns how many features there are and what they are called, or compares.
        X: an array in any form, of numbers or of strings; a DataFrame; a dict by the names of the model's inputs.
        reset: whether the estimator learns.
    """
    if is_named(X):
        check_consistent_length(*X.values())
        return {name: np.asarray(value) for name, value in X.items()}
    if is_frame(X) and _has_text(X):
        validate_data(estimator, X, skip_check_array=True, reset=reset)
        return X
    if _is_text(X):
        return np.asarray(X, dtype=object).astype(str)
    array = validate_data(estimator, X, reset=reset, **_NUMBERS)
    return np.asarray(to_array(array, "X") if hasattr(array, "toarray") else array)


def checked_y(estimator: Any, y: Any, X: Any) -> np.ndarray:
    """Targets as an array with a row for each of `X`."""
    if y is None:
        raise ValueError(
            f"This {type(estimator).__name__} estimator requires y to be passed, but the target y is None."
        )
    y = check_array(y, ensure_2d=False, dtype=None, allow_nd=False, input_name="y", estimator=estimator)
    if y.dtype.kind == "c":
        raise ValueError("Complex data not supported: `y` must be real numbers or classes.")
    check_consistent_length(*(X.values() if is_named(X) else [X]), y)
    return y.astype(np.float64) if y.dtype == object and _are_numbers(y) else y


def is_named(X: Any) -> bool:
    """Whether `X` is a dict of arrays; some sparse matrices are dicts, too."""
    return isinstance(X, dict) and not hasattr(X, "toarray")


def rows_of(X: Any, chosen: np.ndarray) -> Any:
    """Some rows of checked inputs."""
    if is_named(X):
        return {name: value[chosen] for name, value in X.items()}
    return X[chosen] if isinstance(X, np.ndarray) else X.loc[chosen]


def for_model(model: Any, X: Any, names: Any) -> Any:
    """Checked inputs as the model takes them: columns go to several inputs by name.

    Args:
        model: the model.
        X: what `checked` gave.
        names: what the columns of an array are called, if that is known.
    """
    inputs = tree.leaves(model.__hornbeam__.input_structure)
    if not isinstance(X, np.ndarray) or len(inputs) < 2 or names is None:
        return X
    places = {name: i for i, name in enumerate(names)}
    wanted = [tensor.node.operation.name for tensor in inputs]
    return {name: X[:, [places[name]]] for name in wanted} if set(wanted) <= places.keys() else X


def _has_text(frame: Any) -> bool:
    return any(not _is_numeric(dtype) for dtype in frame.dtypes)


def _is_numeric(dtype: Any) -> bool:
    return getattr(dtype, "kind", "O") in "biufc" or str(dtype).startswith(("Int", "UInt", "Float", "boolean"))


def _is_text(X: Any) -> bool:
    """Whether `X` is an array or a list of strings."""
    if isinstance(X, list | tuple):
        return bool(X) and isinstance(X[0], str)
    dtype = getattr(X, "dtype", None)
    if dtype is None or is_frame(X):
        return False
    if getattr(dtype, "kind", "O") in "US":
        return True
    is_column = len(getattr(X, "shape", ())) == 1 and len(X) > 0 and getattr(dtype, "kind", "O") == "O"
    return is_column and isinstance(np.asarray(X)[0], str)


def _are_numbers(y: np.ndarray) -> bool:
    return all(isinstance(value, int | float | np.number) for value in y.ravel())
