"""Records of TensorFlow: files of messages with checksums, and examples, which are lists of numbers and bytes by name.

Features    1 map of 1 name  2 Feature      Feature    1 bytes  2 floats  3 integers: each a list of values in field 1
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hornbeam import ops
from hornbeam.callbacks.tensorboard.event_file import crc32c, masked, record
from hornbeam.callbacks.tensorboard.messages import bytes_field
from hornbeam.data.pipeline.element import as_element


class TFRecordWriter:
    """Writes records to a file."""

    def __init__(self, path: Any, options: Any = None):
        if options not in (None, ""):
            raise ValueError(f"`TFRecordWriter` writes files without compression. Received: options={options!r}.")
        self._file = open(os.fspath(path), "wb")  # noqa: SIM115

    def write(self, record_: Any) -> None:
        """One more."""
        self._file.write(record(bytes(record_)))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def records_in(path: str) -> Iterator[bytes]:
    """The records of a file.

    Raises:
        ValueError: where the file is cut off, or its checksums say that it is broken.
    """
    with open(path, "rb") as file:
        while head := file.read(12):
            (length,) = struct.unpack("<Q", head[:8].ljust(8, b"\0"))
            if len(head) < 12 or struct.unpack("<I", head[8:])[0] != masked(crc32c(head[:8])):
                raise ValueError(f"{path!r} is no file of records without compression, or is cut off.")
            data = file.read(length)
            if len(data) < length or len(file.read(4)) < 4:
                raise ValueError(f"The last record of {path!r} is cut off.")
            yield data


class _List:
    """The values of a feature."""

    def __init__(self, value: Sequence[Any] = ()):
        self.value = list(value)


class BytesList(_List):
    """Bytes."""

    def message(self) -> bytes:
        return bytes_field(1, b"".join(bytes_field(1, _bytes(value)) for value in self.value))


class FloatList(_List):
    """Floats of 32 bits."""

    def message(self) -> bytes:
        return bytes_field(2, bytes_field(1, np.asarray(self.value, "<f4").tobytes()))


class Int64List(_List):
    """Integers."""

    def message(self) -> bytes:
        return bytes_field(3, bytes_field(1, b"".join(_varint(int(value)) for value in self.value)))


class Feature:
    """A list of values: `Feature(int64_list=Int64List(value=[1]))`."""

    def __init__(self, bytes_list: Any = None, float_list: Any = None, int64_list: Any = None):
        self.bytes_list, self.float_list, self.int64_list = (
            bytes_list or BytesList(), float_list or FloatList(), int64_list or Int64List(),
        )  # fmt: skip

    def message(self) -> bytes:
        filled = [one for one in (self.bytes_list, self.float_list, self.int64_list) if one.value]
        return filled[0].message() if filled else b""


class Features:
    """Features by name."""

    def __init__(self, feature: dict[str, Feature] | None = None):
        self.feature = dict(feature or {})


class Example:
    """Features, as a record holds them."""

    def __init__(self, features: Features | None = None):
        self.features = features or Features()

    def SerializeToString(self) -> bytes:
        """The bytes of a record."""
        named = sorted(self.features.feature.items())
        entries = (bytes_field(1, name.encode()) + bytes_field(2, one.message()) for name, one in named)
        return bytes_field(1, b"".join(bytes_field(1, entry) for entry in entries))

    def ParseFromString(self, serialized: bytes) -> None:
        """Become what a record holds."""
        for name, (kind, values) in features_of(serialized).items():
            of_kind: Any = {1: "bytes_list", 2: "float_list", 3: "int64_list"}[kind]
            held = {1: BytesList, 2: FloatList, 3: Int64List}[kind](values)
            self.features.feature[name] = Feature(**{of_kind: held})

    @classmethod
    def FromString(cls, serialized: bytes) -> Example:
        """What a record holds."""
        example = cls()
        example.ParseFromString(serialized)
        return example


def features_of(serialized: bytes) -> dict[str, tuple[int, list[Any]]]:
    """The kind and the values of each feature of an example's bytes."""
    found: dict[str, tuple[int, list[Any]]] = {}
    for _, features in _fields(serialized):
        for _, entry in _fields(features):
            parts = dict(_fields(entry))
            for kind, values in _fields(parts.get(2, b"")):
                found[parts[1].decode()] = kind, _values(kind, values)
    return found


def _values(kind: int, message: bytes) -> list[Any]:
    values: list[Any] = []
    for _, value in _fields(message):
        if kind == 1:
            values.append(value)
        elif kind == 2:
            values += np.frombuffer(value, "<f4").tolist()
        else:
            values += [value] if isinstance(value, int) else _varints(value)
    return [v - 2**64 if kind == 3 and v >= 2**63 else v for v in values]


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    place = 0
    while place < len(message):
        key, place = _read(message, place)
        if key & 7 == 2:
            length, place = _read(message, place)
            yield key >> 3, message[place : place + length]
            place += length
        elif key & 7 == 5:
            yield key >> 3, message[place : place + 4]
            place += 4
        else:
            value, place = _read(message, place)
            yield key >> 3, value


def _read(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def _varints(message: bytes) -> list[int]:
    values, place = [], 0
    while place < len(message):
        value, place = _read(message, place)
        values.append(value)
    return values


def _varint(value: int) -> bytes:
    value %= 2**64
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _bytes(value: Any) -> bytes:
    value = value.numpy() if hasattr(value, "numpy") else value
    return value.encode() if isinstance(value, str) else bytes(value)


class FixedLenFeature:
    """A feature of a known shape."""

    def __init__(self, shape: Sequence[int], dtype: Any, default_value: Any = None):
        self.shape, self.dtype, self.default_value = tuple(shape), str(dtype), default_value

    def of(self, name: str, values: list[Any] | None) -> Any:
        """The array that a record's values are."""
        if values is None:
            if self.default_value is None:
                raise ValueError(f"The example has no feature {name!r}, and `FixedLenFeature` no `default_value`.")
            values = np.asarray(self.default_value).reshape(-1).tolist()
        array = np.array(values, object if self.dtype == "string" else self.dtype).reshape(self.shape)
        return as_element(array)


class VarLenFeature:
    """A feature of any length."""

    def __init__(self, dtype: Any):
        self.dtype = str(dtype)

    def of(self, name: str, values: list[Any] | None) -> Any:
        """The array that a record's values are; it stands for the sparse one of TensorFlow."""
        return as_element(np.array(values or [], object if self.dtype == "string" else self.dtype))


FixedLenSequenceFeature = FixedLenFeature


def parse_single_example(serialized: Any, features: dict[str, Any], name: Any = None, **_: Any) -> dict[str, Any]:
    """The features of a record, as arrays by name."""
    data = serialized.numpy() if hasattr(serialized, "numpy") else serialized
    known = features_of(data if isinstance(data, bytes) else str(data).encode("utf-8", "surrogateescape"))
    return {key: feature.of(key, known[key][1] if key in known else None) for key, feature in features.items()}


def parse_example(serialized: Any, features: dict[str, Any], name: Any = None, **_: Any) -> dict[str, Any]:
    """The features of several records, stacked."""
    rows = [parse_single_example(one, features) for one in serialized]
    return {key: as_element(np.stack([np.asarray(row[key]) for row in rows])) for key in features}


def to_dense(sp_input: Any, default_value: Any = None, **_: Any) -> Any:
    """What a feature of any length is here already."""
    return sp_input if hasattr(sp_input, "shape") else ops.convert_to_tensor(sp_input)
