"""`Fingerprint`: all that code over an object can see, but for the values of variables, as a key that can be compared.

Where two models have the same fingerprint, a program compiled for the one is right for the other: the same classes with
the same settings, connected in the same way, whose functions read the same globals. Only what is known to be immutable
is taken for granted (see `immutable.py`); everything else is looked into, and what cannot be (an open file, a lock) is
equal to nothing but itself.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from hornbeam.core.fingerprint.kinds import describe
from hornbeam.core.fingerprint.reading import Reading


class Key:
    """Records, of which the hash is found once: those of a model are thousands."""

    __slots__ = ("_hash", "records")

    def __init__(self, records: tuple[Hashable, ...]):
        self.records = records
        self._hash: int | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and (self is other or self.records == other.records)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self.records)
        return self._hash


class Fingerprint(Reading):
    """The fingerprint of some objects.

    Args:
        objects: what to look at; anything.
        is_watched: whether `holds` will be asked; what is taken apart for the key alone is not.
        after: another fingerprint, of which this one is an extension: what it has looked at is not looked at again.

    Attributes:
        key: equal for objects that make the same program.
        is_shareable: whether all could be looked into. Where it could not, the key still says whether these very
            objects are as they were, but other objects must not take part in what was made for them.
        variables: the variables that were met, each with its number: variables of the same number in objects of the
            same fingerprint have the same part in them.
        hyperparameters: the numbers that programs take as arguments, as pairs of holder and name; the key has their
            places, not their values.
    """

    def __init__(self, *objects: Any, is_watched: bool = True, after: Fingerprint | None = None):
        super().__init__(is_watched)
        self._after = after
        if after is not None:
            self.go_on_from(after)
        self.key: Hashable = Key((*self._records(objects), None if after is None else after.key))
        self.watch.start()

    def holds(self) -> bool:
        """Whether everything that was read is still the very same; else a new fingerprint says what that means."""
        return self.watch.holds() and (self._after is None or self._after.holds())

    def _records(self, objects: Any) -> tuple[Hashable, ...]:
        records: list[Any] = [self.token(objects)]
        for value, is_too_far in self.next():
            try:
                records.append(self.opaque(value) if is_too_far else describe(self, value))
            except Exception:  # a property, `__reduce__` or `__hash__` of somebody's own that fails
                records.append(self.opaque(value))
            records += self.read_modules()
        return tuple(records)
