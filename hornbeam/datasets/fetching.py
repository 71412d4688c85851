"""Where the files of data sets come from."""

from __future__ import annotations

import os
from typing import Any

from hornbeam.utils.cached_files import get_file

SERVER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

# What the files must hash to.
HASHES = {
    "mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb_word_index.json": "bfafd718b763782e994055a2d397834f",
    "reuters.npz": "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    "reuters_word_index.json": "4d44cc38712099c9e383dc6e5f11a921",
    "boston_housing.npz": "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    "california_housing.npz": "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
}


def fetched(path: Any, name: str) -> str:
    """The path of a file of `HASHES`, downloaded if it is not there.

    Args:
        path: what it is called in the folder of data sets; or a file of yours, with the folders that lead to it, which
            is read as it is.
        name: its name on the server.
    """
    path = os.fspath(path)
    if os.path.basename(path) != path and os.path.isfile(path):
        return path
    return get_file(path, SERVER + name, file_hash=HASHES[name])
