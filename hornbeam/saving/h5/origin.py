"""`Origin`: which Keras, on which backend, wrote a file."""

from __future__ import annotations

from typing import NamedTuple

from hornbeam.saving.h5.attributes import text


class Origin(NamedTuple):
    """`generation` is 1, 2 or 3; `backend` is that of the program that wrote the file, `version` what it says."""

    generation: int
    backend: str
    version: str = ""

    @staticmethod
    def of(*groups: object) -> Origin:
        """What the attributes of the groups say; a file without a version is Keras 1's."""
        found = {key: next((t for g in groups if (t := text(g, key))), "") for key in ("keras_version", "backend")}
        first = found["keras_version"].split(".")[0]
        return Origin(
            int(first) if first in ("1", "2", "3") else 1, found["backend"] or "tensorflow", found["keras_version"]
        )

    @property
    def is_stored_as_is(self) -> bool:
        """Whether an array that has the shape of a layer's weight has its values, too, in the order of today."""
        return self.generation > 1 and self.backend != "theano"
