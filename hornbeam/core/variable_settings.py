"""What may be said of a variable beside its value."""

from __future__ import annotations

from typing import Any

_SETTINGS = {
    "aggregation": ("none", "mean", "sum", "only_first_replica"),
    "synchronization": ("none", "on_read", "on_write", "auto"),
}


def check_setting(variable: Any, name: str, value: str) -> str:
    """`value`, if it is one of those that `name` may have."""
    if value not in _SETTINGS[name]:
        raise ValueError(
            f"Invalid value for argument `{name}` of variable `{variable.path}`. Expected one of None, "
            f"{', '.join(map(repr, _SETTINGS[name]))}. Received: {name}={value!r}."
        )
    return value


class FunctionOfValue:
    """An attribute of a variable that is a function of its value, or `None`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, variable: Any, owner: type) -> Any:
        return self if variable is None else vars(variable).get(self.name)

    def __set__(self, variable: Any, function: Any) -> None:
        if function is not None and not callable(function):
            raise ValueError(
                f"Invalid value for attribute `{self.name}` of variable `{variable.path}`. Expected a callable, such "
                f"as an object of `hornbeam.{self.name}s`, or None. Received: {self.name}={function!r}."
            )
        vars(variable)[self.name] = function
