"""One array out of whatever a user has: lists, DataFrames, tensors of any library, sparse matrices.

Libraries are recognised by the module of a value's class; none is imported here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hornbeam import engine

NARROWED = ("float64", "complex128", "int64", "uint64", "uint32", "uint16")
_SCALARS = {int, float, bool}
DENSE_LIMIT = 2**31  # bytes of a dense copy of a sparse matrix


def package_of(value: Any) -> str:
    """The top-level package that the value's class comes from."""
    return type(value).__module__.split(".")[0]


def is_kind(value: Any, package: str, *names: str) -> bool:
    """Whether the value's class, or a base of it, is called one of `names` and lives in `package`."""
    return any(base.__name__ in names and _inside(base.__module__, package) for base in type(value).__mro__)


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def is_array(value: Any) -> bool:
    """Whether the value is one array: it has a shape, or is a list of numbers."""
    if isinstance(value, list | tuple):
        return is_list_of_numbers(value)
    return not isinstance(value, Mapping) and (hasattr(value, "shape") or hasattr(value, "__array__"))


def is_frame(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "to_numpy")


def is_list_of_numbers(value: Any) -> bool:
    """Whether nested lists hold nothing but scalars, so that they are one array."""
    if not isinstance(value, list | tuple):
        return value is None or isinstance(value, str | bytes) or np.isscalar(value)
    return set(map(type, value)) <= _SCALARS or all(is_list_of_numbers(item) for item in value)


def map_arrays(fn: Callable[[Any, str], Any], value: Any, where: str) -> Any:
    """`fn(array, where)` on each array of nested lists, tuples and dicts; the nesting stays, `None` stays."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: map_arrays(fn, item, f"{where}[{key!r}]") for key, item in value.items()}
    if isinstance(value, list | tuple) and not is_list_of_numbers(value):
        items = [map_arrays(fn, item, f"{where}[{i}]") for i, item in enumerate(value)]
        return items if isinstance(value, list) else tuple(items)
    return fn(value, where)


class Once:
    """Calls of a function that are made once for each object: what was the same object before still is after it."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, Any]] = {}  # with the object itself, so that its id stays its own

    def __call__(self, value: Any, make: Callable[[], Any]) -> Any:
        if id(value) not in self._done:
            self._done[id(value)] = (value, make())
        return self._done[id(value)][1]


def to_array(value: Any, where: str, check_finite: bool = False) -> Any:
    """A NumPy array, or an array of the engine as it is, with at most 32 bits.

    Args:
        value: one array in any form.
        where: what to call it in messages, such as "x" or "y['price']".
        check_finite: whether NaN and infinity are errors.

    Raises:
        ValueError: for values that are no numbers, or do not fit into 32 bits.
        TypeError: for a value that is no array.
    """
    if isinstance(value, np.ndarray):
        array = value
    elif _is_foreign_tensor(value):
        value = value.detach() if getattr(value, "requires_grad", False) else value
        if engine.is_tensor(value) and engine.dtype_name(value) not in NARROWED:
            if check_finite and engine.devices()[0].startswith("cpu"):
                raise_unless_finite(engine.to_numpy(value), where, None)
            return value
        array = _from_tensor(value)
    elif is_frame(value):
        array = _from_frame(value, where)
    elif package_of(value) == "pandas":
        array = _from_series(value, where)
    elif hasattr(value, "toarray"):
        array = _from_sparse(value, where)
    else:
        array = _from_anything(value, where)
    if array.ndim == 0 and array.dtype.kind not in "US":
        raise ValueError(f"`{where}` must have one row per sample. Received: the scalar {array.item()!r}.")
    array = narrow(array, where)
    if check_finite:
        raise_unless_finite(array, where, getattr(value, "columns", None))
    return array


def narrow(array: np.ndarray, where: str) -> np.ndarray:
    """The array with at most 32 bits: 64-bit floats become float32, integers int32 if they fit.

    Raises:
        ValueError: for integers that do not fit, and for what is no number.
    """
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "O":
        return narrow(_from_objects(array, where), where)
    if kind in "US":
        raise ValueError(_text_message(where, array.reshape(-1)[:1].tolist()))
    if kind in "mM":
        raise ValueError(f"`{where}` must be numbers. Received: {array.dtype}; take numbers from it, such as hours.")
    if kind == "f" and size > 4:
        with np.errstate(over="ignore"):
            return array.astype(np.float32)
    if kind == "c" and size > 8:
        return array.astype(np.complex64)
    if (kind == "i" and size > 4) or (kind == "u" and size > 1):
        return _to_int32(array, where)
    return array


def _to_int32(array: np.ndarray, where: str) -> np.ndarray:
    if array.size and array.dtype.itemsize >= 4:
        low, high = array.min(), array.max()
        if low < -(2**31) or high >= 2**31:
            raise ValueError(
                f"`{where}` must fit into 32-bit integers. Received: values from {low} to {high}; "
                "scale them to floats first."
            )
    return array.astype(np.int32)


def _from_objects(array: np.ndarray, where: str) -> np.ndarray:
    values = array.tolist()
    flat = array.reshape(-1).tolist()
    found = next((value for value in flat if isinstance(value, str | bytes)), None)
    if found is not None:
        raise ValueError(_text_message(where, [found]))
    if any(hasattr(value, "__len__") for value in flat):
        try:
            return np.asarray([np.asarray(value) for value in values])
        except ValueError:
            raise ValueError(_ragged_message(where)) from None
    if any(value is None for value in flat):
        missing = np.frompyfunc(lambda value: value is None, 1, 1)(array).astype(bool)
        values = np.where(missing, np.nan, array).tolist()
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "biuf":
        kinds = sorted({type(value).__name__ for value in flat})
        raise ValueError(f"`{where}` must be numbers. Received: objects of type {', '.join(kinds)}.")
    return numbers


def _from_anything(value: Any, where: str) -> np.ndarray:
    if not is_array(value) and not is_list_of_numbers(value):
        raise TypeError(
            f"`{where}` must be an array, a list of numbers, a DataFrame, or a list or dict of those. "
            f"Received: {type(value).__name__}."
        )
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(_ragged_message(where)) from None


def _ragged_message(where: str) -> str:
    return f"`{where}` must have rows of one shape. Received: rows of different lengths; pad them with `pad_sequences`."


def _text_message(where: str, sample: list[Any]) -> str:
    return (
        f"`{where}` must be numbers. Received: strings, such as {', '.join(map(repr, sample))}; turn them into "
        "numbers, as `StringLookup` does with categories and `TextVectorization` with sentences."
    )


def _is_foreign_tensor(value: Any) -> bool:
    return package_of(value) in ("jax", "jaxlib", "torch", "tensorflow")


def _from_tensor(value: Any) -> np.ndarray:
    if package_of(value) == "torch":
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    return np.asarray(value)


def _from_sparse(value: Any, where: str) -> np.ndarray:
    size = int(np.prod(value.shape)) * min(value.dtype.itemsize, 4)
    if size > DENSE_LIMIT:
        raise ValueError(
            f"`{where}` is a sparse matrix that takes {size / 2**30:.0f} GiB when dense. "
            "Give its batches with a `PyDataset` whose `__getitem__` calls `toarray()` on a slice of rows."
        )
    return value.toarray()


def _from_frame(frame: Any, where: str) -> np.ndarray:
    if package_of(frame) != "pandas":
        return frame.to_numpy()
    dtypes = set(frame.dtypes)
    if len(dtypes) == 1 and isinstance(dtype := dtypes.pop(), np.dtype) and dtype.kind in "biuf":
        return frame.to_numpy()
    columns = [_from_column(frame.iloc[:, i]) for i in range(frame.shape[1])]
    wrong = [f"{name!r} ({frame.dtypes.iloc[i]})" for i, name in enumerate(frame.columns) if columns[i] is None]
    if wrong:
        raise ValueError(
            f"`{where}` must have columns of numbers. Received: {', '.join(wrong)}; "
            "drop them, or turn them into numbers, as `pandas.get_dummies` does with categories."
        )
    return np.stack(columns, axis=1) if columns else np.empty((len(frame), 0), np.float32)  # type: ignore[arg-type]


def _from_series(series: Any, where: str) -> np.ndarray:
    column = _from_column(series)
    if column is None:
        name = f" {series.name!r}" if getattr(series, "name", None) is not None else ""
        raise ValueError(
            f"`{where}` must be numbers. Received: the column{name} of dtype {series.dtype}; "
            "turn it into numbers first, as `pandas.factorize` does with classes."
        )
    return column


def _from_column(column: Any) -> np.ndarray | None:
    """The column's numbers, missing ones as NaN; `None` if it has others than numbers."""
    kind = getattr(column.dtype, "kind", "O")
    if kind in "biuf":
        if column.isna().any():
            return column.to_numpy(dtype="float64", na_value=np.nan)
        return column.to_numpy(dtype=getattr(column.dtype, "numpy_dtype", None))
    if kind == "O" and column.dtype == object:
        try:
            return _from_objects(np.asarray(column, dtype=object), "x")
        except ValueError:
            return None
    return None


def raise_unless_finite(array: np.ndarray, where: str, columns: Any, start: int = 0) -> None:
    """Raise for NaN and infinity; `start` is the number of the first row."""
    if array.dtype.kind not in "fc" or array.size == 0:
        return
    with np.errstate(all="ignore"):
        if np.isfinite(array.sum()):
            return
    wrong = ~np.isfinite(array)
    if not wrong.any():  # finite numbers with an infinite sum
        return
    rows = wrong.reshape(len(array), -1).any(axis=1)
    what = "NaN" if np.isnan(array).any() else "infinity"
    place = f"first in row {start + int(rows.argmax())}"
    if columns is not None:
        names = [str(name) for name, bad in zip(columns, wrong.any(axis=0)) if bad]
        place = f"in column{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}, {place}"
    raise ValueError(
        f"`{where}` must be finite numbers. Received: {what} in {int(rows.sum())} of {len(array)} rows, {place}; "
        "drop these rows or fill in a value."
    )


def names_checked(tree: Any, names: Any, where: str, needs_all: bool) -> Any:
    """A dictionary without the keys that are no names of the model.

    Args:
        tree: anything; only a dictionary is looked at.
        names: the model's names, or `None` if it has none.
        where: "x" or "y".
        needs_all: whether every name must be there. If not, a key that is no name is an error.

    Raises:
        ValueError: for a missing name, or an unknown one where it cannot be left out.
    """
    if names is None or not isinstance(tree, Mapping):
        return tree
    missing = [name for name in names if name not in tree]
    unknown = [key for key in tree if key not in names]
    what = "inputs" if where == "x" else "outputs"
    if (needs_all and missing) or (unknown and not needs_all):
        raise ValueError(
            f"`{where}` must have the names of the model's {what}: {_listed(names)}. Received: {_listed(tree)}."
        )
    if unknown:
        message = f"`{where}` has keys that are no {what} of the model and are left out: {_listed(unknown)}."
        warnings.warn(message, stacklevel=5)
    return {name: tree[name] for name in tree if name in names}


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names)
