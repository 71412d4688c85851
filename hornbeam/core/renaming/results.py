"""`Results`: numbers by name, which answer to what the names were, and will be."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from hornbeam.core.old_names.results import NUMBERED, RESULTS
from hornbeam.core.renaming.notice import say
from hornbeam.core.suggest import hint


class UnknownResultError(KeyError):
    """A number was asked for that a run has not recorded."""

    def __init__(self, name: Any, names: list[str]):
        super().__init__(name)
        self.names = names

    def __str__(self) -> str:
        (name,) = self.args
        known = ", ".join(map(repr, self.names)) or "nothing"
        said = f"{name!r} was not recorded by this run. Received: {known}"
        if str(name).startswith("val_") and not any(known.startswith("val_") for known in self.names):
            return f"{said}; pass `validation_data` or `validation_split` to `fit`."
        return f"{said}.{hint(str(name), self.names)}"

    def __reduce__(self) -> Any:
        return UnknownResultError, (*self.args, self.names)


class Results(dict[str, Any]):
    """A dictionary that finds a number under any name it has had: `acc` where `accuracy` is, and the other way round.

    It is written down, compared, iterated over and pickled as the plain dictionary of the names as recorded.

    >>> results = Results({"loss": 0.5, "val_acc": 0.75})
    >>> results["val_acc"], results.get("val_accuracy"), "val_accuracy" in results, results.get("mae")
    (0.75, 0.75, True, None)
    >>> results
    {'loss': 0.5, 'val_acc': 0.75}
    """

    def __missing__(self, name: str) -> Any:
        found = recorded(name, list(self))
        if found is None:
            raise UnknownResultError(name, list(self))
        return self[found]

    def __contains__(self, name: Any) -> bool:
        return super().__contains__(name) or _spelled(name, list(self)) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """What is recorded under a name, whatever it is called; else `default`."""
        found = recorded(name, list(self))
        return default if found is None else self[found]

    def copy(self) -> Results:
        """Another dictionary with the same numbers."""
        return Results(self)

    def __copy__(self) -> Results:
        return Results(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Results:
        return Results(copy.deepcopy(dict(self), memo))

    def __reduce__(self) -> Any:
        return dict, (dict(self),)  # a file of numbers is read without Hornbeam


def recorded(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` is recorded under, or `None`; an old name is said once."""
    found = _spelled(name, list(names))
    if found is not None and found != name and _without_number(name) != name:
        old, new = name.removeprefix("val_"), found.removeprefix("val_")
        say((old, "->", new), f"`{old}` is recorded as `{new}` here.")
    return found


def _spelled(name: Any, names: list[str]) -> str | None:
    if name in names:
        return str(name)
    if not isinstance(name, str):
        return None
    same = _alike(_today, name, names)
    numbered = [] if same else _alike(_without_number, name, names)
    return same[0] if same else numbered[0] if len(numbered) == 1 else None


def _alike(meaning: Callable[[str], str], name: str, names: list[str]) -> list[str]:
    wanted = meaning(name)
    return [known for known in names if isinstance(known, str) and meaning(known) == wanted]


def _today(name: str) -> str:
    """A name with its last part as it is today: `val_mae` is `val_mean_absolute_error`."""
    end = next((end for end in _ends(name) if end in RESULTS), None)
    return name if end is None else name.removesuffix(end) + RESULTS[end]


def _without_number(name: str) -> str:
    """A name of today, without the number that a metric which nobody named had."""
    base, _, number = name.rpartition("_")
    if number.isdigit() and any(end in NUMBERED for end in _ends(_today(base))):
        return _today(base)
    return _today(name)


def _ends(name: str) -> list[str]:
    """The last parts of a name, the longest first: `a_b_c`, `b_c`, `c`."""
    words = name.split("_")
    return ["_".join(words[i:]) for i in range(len(words))]
