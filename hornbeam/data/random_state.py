"""The random numbers that data and training draw from: Hornbeam's, Python's, NumPy's, and PyTorch's if it is in use."""

from __future__ import annotations

import random
import sys
from collections.abc import Collection
from typing import Any

import numpy as np

from hornbeam.core import rng

KINDS = ("host", "python", "numpy", "loaders")  # the last: PyTorch's, which its loaders and modules draw from


def capture() -> dict[str, Any]:
    """Where they are, as plain data."""
    version, words, gauss = random.getstate()
    kind, key, *rest = np.random.get_state()
    found: dict[str, Any] = {
        "host": rng.host_state(),
        "python": (version, np.array(words, "uint32"), gauss),
        "numpy": (kind, np.array(key), *rest),
    }
    library: Any = sys.modules.get("torch")
    if hasattr(library, "get_rng_state"):
        found["loaders"] = library.get_rng_state().numpy()
    return found


def restore(found: dict[str, Any], kinds: Collection[str] = KINDS) -> None:
    """Let those of these kinds go on from there."""
    if "host" in kinds:
        rng.set_host_state(found["host"])
    if "python" in kinds:
        version, words, gauss = found["python"]
        random.setstate((version, tuple(words.tolist()), gauss))
    if "numpy" in kinds:
        np.random.set_state(found["numpy"])
    library: Any = sys.modules.get("torch")
    if "loaders" in kinds and "loaders" in found and hasattr(library, "set_rng_state"):
        library.set_rng_state(library.from_numpy(np.array(found["loaders"])))
