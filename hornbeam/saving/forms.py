"""What kind of file there is: the content decides when reading, the ending when writing."""

from __future__ import annotations

import os

HDF5, ARCHIVE, FOLDER, SHARDS, TENSORS = "HDF5", "archive", "folder", "shards", "tensors"
WEIGHTS_SUFFIX = ".weights.h5"
SHARDS_SUFFIX = ".weights.json"
TENSORS_SUFFIX = ".safetensors"
HDF5_SUFFIXES = (".h5", ".hdf5", ".hd5")

_BY_SUFFIX = {**dict.fromkeys(HDF5_SUFFIXES, HDF5), SHARDS_SUFFIX: SHARDS, TENSORS_SUFFIX: TENSORS}


def form_of(path: str) -> str:
    """What kind of file is at `path`; an empty or unknown one counts by its name, and a folder as an archive."""
    if os.path.isdir(path):
        return ARCHIVE
    with open(path, "rb") as file:
        start = file.read(9)
    if start[:8] == b"\x89HDF\r\n\x1a\n":
        return HDF5
    if start[:2] == b"PK":
        return ARCHIVE
    if start[:1] == b"{":
        return SHARDS
    if start[8:] == b"{":
        return TENSORS
    return next((form for suffix, form in _BY_SUFFIX.items() if path.endswith(suffix)), ARCHIVE)
