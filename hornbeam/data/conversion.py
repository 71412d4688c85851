"""`to_array`: one array out of any array-like: lists, DataFrames, tensors of any library, sparse matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.data.array_likes import is_array, is_frame, is_list_of_numbers, package_of
from hornbeam.data.checks import raise_unless_finite

NARROWED = ("float64", "complex128", "int64", "uint64", "uint32", "uint16")
DENSE_LIMIT = 2**31  # bytes of a dense copy of a sparse matrix


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
    if isinstance(value, SymbolicTensor):
        raise TypeError(
            f"`{where}` must be data, such as an array. Received: the tensor {value}, which has no value yet."
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
