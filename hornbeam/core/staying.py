"""Where arrays stay as they are: in the code of layers, losses, metrics and steps, on every engine.

There `x += y` gives another array, as in TensorFlow and JAX, and changes neither what the caller has nor what gradients
need. Elsewhere it is the engine's.
"""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.running import running, under

_everywhere = False


def stay_everywhere() -> None:
    """From now on in all code of this process, which was written for such arrays."""
    global _everywhere
    _everywhere = True


def everywhere() -> bool:
    """Whether all code of this process was."""
    return _everywhere


def called() -> under:
    """Inside, a user's function is called, if outside of steps and layers."""
    return under(in_function=True)


def _arrays_stay() -> bool:
    return _everywhere or running.in_function or bool(running.layers) or running.scope is not None


engine.arrays_stay = _arrays_stay
