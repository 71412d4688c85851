"""`from_build`: an attribute that a layer has once it is built, and until then an error that says so."""

from __future__ import annotations

from typing import Any


class from_build:
    """A weight that `build` makes; a class without it, or an object that has it, shows its own."""

    def __set_name__(self, cls: type, name: str) -> None:
        self.name = name
        self.__doc__ = f"Made by `build`, when the shape of the input is known: {name}."

    def __get__(self, layer: Any, cls: type) -> Any:
        if layer is None:
            return self
        raise AttributeError(
            f"Layer `{layer.name}` ({cls.__name__}) has no `{self.name}` yet: call it on data, or "
            "`build(input_shape)`, first."
        )
