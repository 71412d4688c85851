"""Which engine a bridge needs."""

from __future__ import annotations

from hornbeam import engine


def check_engine(layer: str, name: str) -> None:
    """Raise unless the active engine is the one called `name`."""
    if engine.backend() != name:
        raise RuntimeError(
            f"`{layer}` needs the engine {name!r}: call `hornbeam.config.set_backend({name!r})`, or set "
            f"HORNBEAM_ENGINE={name}, before anything else. Received: the engine {engine.backend()!r}."
        )
