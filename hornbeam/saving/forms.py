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


# What else is taken for a model: how it begins, and what it is.
_OTHERS = {
    b"version https://git-lfs": "a pointer of Git LFS: `git lfs pull` fetches the file that it stands for",
    b"<": "a web page, which some servers send in place of a file",
    b"{": "JSON: `hornbeam.models.model_from_json` reads the architecture of a model",
    b"\x80": "a pickle, which is never loaded: it could run code",
}


def what_else(path: str) -> str:
    """A sentence about a file that is no model, from how it begins; empty where that says nothing."""
    with open(path, "rb") as file:
        start = file.read(64)
    if not start:
        return " It is empty."
    kind = next((kind for sign, kind in _OTHERS.items() if start.lstrip().startswith(sign)), None)
    if start[4:8] == b"TFL3":
        kind = "a model of TensorFlow Lite, which nothing reads back"
    if os.path.basename(path) in ("saved_model.pb", "keras_metadata.pb"):
        kind = "part of a SavedModel, which only TensorFlow loads: save it as `.h5` or `.keras` there"
    return f" It looks like {kind}." if kind else ""
