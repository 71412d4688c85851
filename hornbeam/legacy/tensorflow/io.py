"""`tf.io`: files, and images in them."""

from __future__ import annotations

import csv
import glob
import io
import os
import shutil
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.data.pipeline.element import as_element
from hornbeam.legacy.tensorflow import dtypes, renamed
from hornbeam.legacy.tensorflow.image import decode_image, encode_jpeg, encode_png

__all__ = ["encode_jpeg", "encode_png"]
decode_jpeg = decode_png = decode_bmp = decode_gif = decode_image


def read_file(filename: Any, name: Any = None) -> np.ndarray:
    """The bytes of a file, as a string without axes."""
    with open(_text(filename), "rb") as file:
        return as_element(np.array(file.read(), object))


def matching_files(pattern: Any, name: Any = None) -> Any:
    """The names that fit a pattern, in order."""
    return as_element(np.array(sorted(glob.glob(_text(pattern))), object))


def decode_csv(records: Any, record_defaults: Any, field_delim: str = ",", **settings: Any) -> list[Any]:
    """The fields of a line, or of each of several lines, as an array for each column.

    Args:
        records: lines.
        record_defaults: for each column, a value of its dtype for fields that are empty; a dtype, or an empty list,
            where there must be one.
        field_delim: between fields.
        **settings: `select_cols`; others are accepted for code written for TensorFlow.
    """
    texts = np.asarray(np.frompyfunc(_string, 1, 1)(np.asarray(records, object)), object)
    rows = list(csv.reader(texts.reshape(-1).tolist(), delimiter=field_delim))
    columns = settings.get("select_cols") or range(len(record_defaults))
    pairs = zip(columns, record_defaults, strict=True)
    return [_column([row[place] for row in rows], default, texts.shape) for place, default in pairs]


def _column(fields: list[str], default: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(default, str) and default in dtypes.NAMES:  # a dtype
        default = np.zeros(0, dtypes.as_dtype(default).as_numpy_dtype)
    known = np.asarray(default)
    if known.dtype.kind in "USO":
        fallback = _string(known.item()) if known.size else None
    else:
        fallback = known.reshape(-1)[0] if known.size else None
    if fallback is None and "" in fields:
        raise ValueError("`tf.io.decode_csv` found an empty field in a column without a default value.")
    values = [field if field != "" else fallback for field in fields]
    if known.dtype.kind in "USO":
        return as_element(np.array(values, object).reshape(shape))
    narrow = "f4" if known.dtype.kind == "f" else "i4"
    dtype = known.dtype if hasattr(default, "dtype") else np.dtype(narrow)
    return ops.convert_to_tensor(np.array(values).astype(dtype).reshape(shape))


def decode_raw(input_bytes: Any, out_type: Any, little_endian: bool = True, name: Any = None) -> Any:
    """The numbers that bytes are."""
    data = np.asarray(input_bytes, object).item()
    data = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    return ops.convert_to_tensor(
        np.frombuffer(data, np.dtype(str(out_type)).newbyteorder("<" if little_endian else ">"))
    )


def serialize_tensor(tensor: Any, name: Any = None) -> Any:
    """An array as bytes, which `parse_tensor` reads; they are those of a `.npy` file."""
    file = io.BytesIO()
    np.save(file, np.asarray(tensor), allow_pickle=False)
    return as_element(np.array(file.getvalue(), object))


def parse_tensor(serialized: Any, out_type: Any, name: Any = None) -> Any:
    """The array that `serialize_tensor` wrote."""
    data = serialized.numpy() if hasattr(serialized, "numpy") else serialized
    return ops.convert_to_tensor(np.load(io.BytesIO(data), allow_pickle=False))


def _string(value: Any) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def write_file(filename: Any, contents: Any, name: Any = None) -> None:
    """Bytes to a file."""
    with open(_text(filename), "wb") as file:
        found = np.asarray(contents).item()
        file.write(found.encode() if isinstance(found, str) else found)


class gfile:
    """Files and folders, as `os` has them."""

    GFile = staticmethod(open)
    exists = staticmethod(os.path.exists)
    isdir = staticmethod(os.path.isdir)
    glob = staticmethod(glob.glob)
    listdir = staticmethod(os.listdir)
    remove = staticmethod(os.remove)
    rename = staticmethod(os.replace)
    mkdir = staticmethod(os.mkdir)
    rmtree = staticmethod(shutil.rmtree)
    walk = staticmethod(os.walk)
    copy = staticmethod(shutil.copyfile)

    @staticmethod
    def makedirs(path: str) -> None:
        os.makedirs(path, exist_ok=True)


def _text(name: Any) -> str:
    name = name.numpy() if hasattr(name, "numpy") else np.asarray(name).item()
    return name.decode() if isinstance(name, bytes) else str(name)


__getattr__ = renamed.names_of("io", "records")
