"""Values as a message shows them: arrays by shape and dtype, everything else on one short line."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam.core.running import running

_LONGEST = 120  # characters
_MOST = 6  # items of a list or dictionary


def brief(value: Any) -> str:
    """`value` on one line.

    >>> import numpy as np
    >>> brief([np.zeros((2, 3)), "relu", dict])
    "[(2, 3) float64, 'relu', the class dict]"
    """
    if hasattr(value, "shape") and hasattr(value, "dtype") and not inspect.isclass(value):
        return f"{shown_shape(value.shape)} {str(value.dtype).rpartition('.')[2]}"
    if isinstance(value, list | tuple):
        items = _listed([brief(item) for item in value[:_MOST]], len(value))
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' * (len(value) == 1)})"
    if isinstance(value, dict):
        pairs = list(value.items())
        return "{" + _listed([f"{key!r}: {brief(item)}" for key, item in pairs[:_MOST]], len(pairs)) + "}"
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def shown_shape(shape: Any) -> tuple[int | None, ...]:
    """`shape` for a message: while shapes are inferred, the sizes that stand for unknown ones are `None`."""
    stand_ins = running.probe.values() if running.probe else ()
    return tuple(None if size in stand_ins else size for size in shape)


def _listed(shown: list[str], count: int) -> str:
    return ", ".join(shown if count <= _MOST else [*shown, f"... ({count} in all)"])
