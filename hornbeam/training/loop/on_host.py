"""`Model.predict` of a model whose layers all compute on the host: there is no program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.data import WithWorkers
from hornbeam.data.streams import unpack


def on_host(front: Any, x: Any) -> Any:
    """The outputs for arrays, or for all batches of what gives batches."""
    x = x.data if isinstance(x, WithWorkers) else x
    if isinstance(x, list | tuple | dict) or hasattr(x, "shape") or not isinstance(x, Iterable):
        return front.whole(x)
    pieces = [front.whole(unpack(batch)[0]) for batch in x]
    return tree.map(lambda *parts: np.concatenate(parts), *pieces)
