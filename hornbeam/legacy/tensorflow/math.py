"""`tf.math`."""

from __future__ import annotations

from typing import Any

from hornbeam.legacy.tensorflow import functions, missing, renamed

argmax, argmin = functions.argmax, functions.argmin


def __getattr__(name: str) -> Any:
    found = renamed.find("math", name)
    if found is None:
        raise missing("tf.math", name)
    return found
