"""safetensors files: a header in JSON says where the numbers of each array lie, and nothing else is in them.

The names are the paths of the variables, `dense/kernel`. A file of Hornbeam's says as well which places they have in
the model, so that it is read into one whose layers were named anew.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np

from hornbeam.core.suggest import hint
from hornbeam.core.variable import Variable
from hornbeam.optimizers import Optimizer
from hornbeam.saving import files
from hornbeam.saving.h5.attributes import unique
from hornbeam.saving.plan import Plan, own_variables
from hornbeam.saving.progress import count
from hornbeam.saving.replacing import replacing
from hornbeam.saving.report import LoadReport
from hornbeam.saving.weights import places

_PLACES = "hornbeam_places"
_MOST_AXES = 32
_LIMIT = 100_000_000  # bytes of the header: that of the format
_DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
}
_NAMES = {name: key for key, name in _DTYPES.items()}


def _dtype(name: str) -> np.dtype:
    """As a file has it: the low bytes first."""
    return np.dtype(getattr(ml_dtypes, name, name)).newbyteorder("<")


def write_tensors(model: Any, path: str) -> None:
    """Write the weights of `model`, without the state of its optimizer."""
    found = list(_variables(model))
    names = _names(model, found)
    entries: dict[str, Any] = {
        "__metadata__": {"format": "hornbeam", _PLACES: json.dumps([place for place, _ in found])}
    }
    end = 0
    for name, (_, variable) in zip(names, found, strict=True):
        dtype = _dtype(variable.dtype)
        start, end = end, end + variable.size * dtype.itemsize
        entries[name] = {"dtype": _NAMES[dtype.name], "shape": list(variable.shape), "data_offsets": [start, end]}
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    with replacing(path) as file:
        file.write(len(header).to_bytes(8, "little") + header)
        for _, variable in found:
            count(variable.size * _dtype(variable.dtype).itemsize)
            file.write(np.ascontiguousarray(variable.on_host(), _dtype(variable.dtype)).reshape(-1).view("uint8").data)


def _names(model: Any, found: list[tuple[str, Variable]]) -> list[str]:
    """What weights are called in files: their paths, without the model's own name before those of its layers."""
    own = f"{model.name}/" if getattr(model, "saves_layers_first", False) else ""
    return unique([variable.path.removeprefix(own) for _, variable in found])


def _variables(model: Any) -> Iterator[tuple[str, Variable]]:
    """The weights by their places: the path of the object, and the number among its variables."""
    for path, obj in places(model).items():
        if not isinstance(obj, Optimizer):
            yield from ((f"{path}/{i}", variable) for i, variable in enumerate(own_variables(obj)))


class Tensor(NamedTuple):
    """Where an array lies in a file."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    start: int
    path: str

    @property
    def nbytes(self) -> int:
        """How many bytes it has."""
        return math.prod(self.shape) * self.dtype.itemsize

    def read(self, buffer: np.ndarray | None = None) -> np.ndarray:
        """Its values, in memory of their own or in that of `buffer`."""
        count(self.nbytes)
        buffer = np.empty(self.nbytes, "uint8") if buffer is None else buffer
        values = buffer[: self.nbytes].view(self.dtype).reshape(self.shape)
        with open(self.path, "rb") as file:
            file.seek(self.start)
            if file.readinto(values.reshape(-1).view("uint8").data) != self.nbytes:
                raise ValueError(f"`{self.path}` has become shorter while it was read.")
        return values


def tensors(path: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The arrays in a file, none of them read, and what it says about itself.

    Raises:
        ValueError: unless the arrays fill the file without overlap, each with the bytes that its shape needs.
    """
    header, start = _header(path)
    about = header.pop("__metadata__", {})
    ends = {name: _ends(entry, name, path) for name, entry in header.items()}
    at = 0
    for name, (begin, end) in sorted(ends.items(), key=lambda item: item[1]):
        if begin != at:
            raise ValueError(f"`{path}` is damaged: `{name}` begins at byte {begin} of the data, and not at {at}.")
        at = end
    if start + at != os.path.getsize(path):
        raise ValueError(f"`{path}` is damaged: it must have {start + at} bytes. Received: {os.path.getsize(path)}.")
    found = {name: _tensor(name, entry, start, path) for name, entry in header.items()}
    return found, about if isinstance(about, dict) else {}


def _header(path: str) -> tuple[dict[str, Any], int]:
    """The header, and where the data begin."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(_LIMIT, os.path.getsize(path) - 8):
            raise ValueError(f"`{path}` is damaged: its header claims to have {length} bytes.")
        header = files.parsed(file.read(length), f"The header of `{path}`", once=True)
    if not isinstance(header, dict):
        raise ValueError(f"The header of `{path}` must be a dictionary. Received: {str(header)[:100]}.")
    return header, 8 + length


def _ends(entry: Any, name: str, path: str) -> tuple[int, int]:
    """Where the bytes of an array begin and end."""
    keys = ("dtype", "shape", "data_offsets")
    dtype, shape, ends = ((entry if isinstance(entry, dict) else {}).get(key, "") for key in keys)
    known = isinstance(dtype, str) and dtype in _DTYPES and _are_counts(shape) and _are_counts(ends)
    if not known or len(ends) != 2 or len(shape) > _MOST_AXES:
        what = f"a known dtype, a shape and two offsets. Received: {str(entry)[:200]}"
        raise ValueError(f"`{name}` in `{path}` must have {what}.")
    size = math.prod(shape) * _dtype(_DTYPES[dtype]).itemsize
    if ends[1] - ends[0] != size:
        what = f"{size} bytes for shape {tuple(shape)}. Received: {ends[1] - ends[0]}"
        raise ValueError(f"`{name}` in `{path}` must have {what}.")
    return ends[0], ends[1]


def _are_counts(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**63 for one in value)


def _tensor(name: str, entry: dict[str, Any], start: int, path: str) -> Tensor:
    return Tensor(name, _dtype(_DTYPES[entry["dtype"]]), tuple(entry["shape"]), start + entry["data_offsets"][0], path)


def read_tensors(model: Any, path: str, skip_mismatch: bool, by_name: bool, part: str | None) -> LoadReport:
    """Assign the arrays in a file to the weights of the same names, or, if some have none, of the same places.

    Raises:
        ValueError: before anything is assigned, when something is missing or does not fit.
    """
    found, about = tensors(path)
    mine = list(_variables(model))
    names = _names(model, mine)
    if part is not None:
        found = _below(found, part, path)
    elif not by_name and not set(names) <= set(found):
        known = _places(about, found)
        names = [known.get(place, name) for name, (place, _) in zip(names, mine, strict=True)]
    plan = Plan(Tensor.read, lambda _: True, partial=by_name)  # they fill the file
    for name, (_, variable) in zip(names, mine, strict=True):
        plan.add_variable(name, variable, found.get(name), hint(name, found))
    plan.unused += [name for name in found if name not in names]
    return plan.carry_out(model, path, skip_mismatch)


def _below(found: dict[str, Tensor], part: str, path: str) -> dict[str, Tensor]:
    prefix = part.strip("/") + "/"
    below = {name.removeprefix(prefix): tensor for name, tensor in found.items() if name.startswith(prefix)}
    if not below:
        known = {name.rpartition("/")[0] for name in found}
        raise ValueError(f"`{path}` has no weights with names below `part={part!r}`.{hint(part, known)}")
    return below


def _places(about: dict[str, Any], found: dict[str, Tensor]) -> dict[str, str]:
    """The names by places, as the file says them."""
    places = files.parsed(about.get(_PLACES) or "[]", f"`{_PLACES}`") if isinstance(about.get(_PLACES), str) else []
    listed = isinstance(places, list) and len(places) == len(found) and all(isinstance(one, str) for one in places)
    return dict(zip(places, found, strict=True)) if listed else {}
