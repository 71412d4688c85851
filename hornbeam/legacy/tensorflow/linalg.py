"""`tf.linalg`."""

from __future__ import annotations

from typing import Any

from hornbeam.legacy.tensorflow import functions, missing, renamed

matmul = functions.matmul
norm = functions.norm


def __getattr__(name: str) -> Any:
    found = renamed.find("linalg", name)
    if found is None:
        raise missing("tf.linalg", name)
    return found
