"""Keras 2's `utils.data_utils` and `utils.io_utils`: files."""

from __future__ import annotations

import os
from typing import Any

from hornbeam.utils.cached_files import is_right


def validate_file(fpath: Any, file_hash: str, algorithm: str = "auto", chunk_size: int = 65535) -> bool:
    """Whether a file has this hash.

    Args:
        fpath: its path.
        file_hash: in hexadecimal digits.
        algorithm: "sha256", "md5" or "auto", which tells it from the length.
        chunk_size: accepted for code written for Keras 2.
    """
    return is_right(os.fspath(fpath), str(file_hash), algorithm)


def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Ask at the terminal whether a file may be replaced."""
    answer = ""
    while answer not in ("y", "n"):
        answer = input(f"`{filepath}` is there already. Replace it? [y/n] ").strip().lower()
    return answer == "y"
