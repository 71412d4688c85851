"""A dict of settings whose keys are attributes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any


class Config:
    """A dict of settings whose keys are attributes, and that can be frozen.

    >>> import hornbeam
    >>> config = hornbeam.utils.Config(units=3)
    >>> config.rate = 0.1
    >>> config.units, config["rate"], config.to_json()
    (3, 0.1, '{"units": 3, "rate": 0.1}')

    Args:
        kwargs: the settings.
    """

    def __init__(self, **kwargs: Any):
        object.__setattr__(self, "_values", dict(kwargs))
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether nothing can be changed."""
        return self.__dict__["_frozen"]

    def freeze(self) -> None:
        """Let nothing be changed from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Let everything be changed again."""
        object.__setattr__(self, "_frozen", False)

    def _changeable(self) -> dict[str, Any]:
        if self.frozen:
            raise ValueError("A frozen `Config` cannot be changed: call `unfreeze()` first.")
        return self._dict()

    def _dict(self) -> dict[str, Any]:
        return self.__dict__["_values"]

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name not in values:
            raise AttributeError(f"`Config` has no setting {name!r}; it has {sorted(values)}.")
        return values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self._changeable()[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._changeable():
            raise AttributeError(f"`Config` has no setting {name!r}; it has {sorted(self._dict())}.")
        del self._dict()[name]

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    __setitem__ = __setattr__
    __delitem__ = __delattr__

    def __contains__(self, name: object) -> bool:
        return name in self._dict()

    def __iter__(self) -> Iterator[str]:
        return iter(self._dict())

    def __len__(self) -> int:
        return len(self._dict())

    def __repr__(self) -> str:
        return f"<Config {self._dict()}>"

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._dict().keys()

    def values(self) -> Iterable[Any]:
        """The values."""
        return self._dict().values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Names and values."""
        return self._dict().items()

    def get(self, keyname: str, value: Any = None) -> Any:
        """The value of a setting, or `value` where there is none."""
        return self._dict().get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Take a setting out: its value."""
        return self._changeable().pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Change several settings."""
        self._changeable().update(*args, **kwargs)

    def as_dict(self) -> dict[str, Any]:
        """A dict of the settings."""
        return dict(self._dict())

    def to_json(self) -> str:
        """The settings as JSON."""
        return json.dumps(self._dict())
