"""The engine that runs the arithmetic, chosen once and loaded when first used.

`from hornbeam import engine` and then `engine.matmul(a, b)`: the names of `protocol.py` resolve to the active engine's
functions. The choice, in order: `set_backend`, `HORNBEAM_ENGINE`, `KERAS_BACKEND`, then the first installed of `NAMES`.
"""

import gc
import importlib
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

JAX, TORCH = NAMES = ("jax", "torch")
# Packages that engines bring along; nothing in them changes while a program runs.
PACKAGES = ("jax", "jaxlib", "ml_dtypes", "torch", "tensorflow")
# Names in the environment that choose nothing: code written for Keras asks for backends that no engine is.
passed_over: set[str] = set()
_lock = threading.RLock()
_chosen: str | None = None


def backend() -> str:
    """The name of the active engine; loads nothing.

    >>> import hornbeam
    >>> hornbeam.config.backend() in ("jax", "torch")
    True
    """
    return _chosen or _from_environment() or _first_installed()


def set_backend(backend: str) -> None:
    """Make `backend` ("jax" or "torch") the active engine.

    Call it before building models: variables keep the arrays of the engine that made them.

    Raises:
        ValueError: for a name that is no engine.
        ImportError: when the engine's package is not installed.
    """
    global _chosen
    if backend not in NAMES:
        raise ValueError(f"`backend` must be one of {', '.join(map(repr, NAMES))}. Received: {backend!r}.")
    if importlib.util.find_spec(backend) is None:
        raise ImportError(f"The engine {backend!r} needs the package `{backend}`: `pip install hornbeam[{backend}]`.")
    with _lock:
        _chosen = backend
        _forget()


def _from_environment() -> str | None:
    for variable in ("HORNBEAM_ENGINE", "KERAS_BACKEND"):
        name = os.environ.get(variable)
        if name and name not in passed_over:
            if name not in NAMES:
                raise ValueError(
                    f"The environment variable {variable} must be one of {', '.join(NAMES)}. Received: {name!r}."
                )
            return name
    return None


def _first_installed() -> str:
    for name in NAMES:
        if importlib.util.find_spec(name) is not None:
            return name
    raise ImportError("Hornbeam needs an engine: `pip install jax` or `pip install torch`.")


def load(name: str) -> Any:
    """The engine module `name`, whether or not it is the active one."""
    path = f"hornbeam.engine.{name}"
    if path in sys.modules:
        return importlib.import_module(path)
    with _without_collections():
        module = importlib.import_module(path)
    for call in after_loading:
        call(name)
    return module


def loaded() -> list[str]:
    """The engines that are there already."""
    return [name for name in NAMES if f"{__name__}.{name}" in sys.modules]


@contextmanager
def _without_collections() -> Iterator[None]:
    """Garbage is collected later: importing an engine makes some 200 000 objects that stay, and the collector would go
    through them again and again, a quarter of the time."""
    if not gc.isenabled() or gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # into the oldest generation: looked at as seldom as what has survived for long
        gc.enable()


def _forget() -> None:
    for name in _resolved:
        globals().pop(name, None)
    _resolved.clear()


_resolved: set[str] = set()
#: What Keras 2's `engine` had, such as `Layer`, and where it is: whoever knows old names puts it here.
old_names: dict[str, Callable[[], Any]] = {}
#: What is to be called with the name of an engine that has just been loaded: whoever adds to its arrays puts it here.
after_loading: list[Callable[[str], None]] = []
#: Whether the code that runs counts on arrays that do not change: `core/staying.py` puts the answer here.
arrays_stay: Callable[[], bool] = bool

if not TYPE_CHECKING:

    def __getattr__(name: str):
        """A primitive of the active engine, kept as a plain attribute from then on."""
        if name.startswith("__"):
            raise AttributeError(f"module 'hornbeam.engine' has no attribute {name!r}")
        if name in old_names:
            return old_names[name]()
        with _lock:
            value = getattr(load(backend()), name)
            globals()[name] = value
            _resolved.add(name)
        return value

else:

    def __getattr__(name: str) -> Any: ...
