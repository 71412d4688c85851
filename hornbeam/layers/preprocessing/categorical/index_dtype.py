"""The dtype of indices and of vectors of counts, where the user has named none."""

from __future__ import annotations

from typing import Any


def with_index_dtype(arguments: dict[str, Any], output_mode: Any) -> dict[str, Any]:
    """`arguments` of a layer with int64 as its dtype, but for "tf_idf"."""
    if arguments.get("dtype") is None and output_mode != "tf_idf":
        return arguments | {"dtype": "int64"}
    return arguments
