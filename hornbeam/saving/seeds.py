"""The seeds of noise layers, in a group of weights files that Keras does not look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam.core.rng import SeedGenerator
from hornbeam.layers.base import tracking
from hornbeam.saving import hdf5

if TYPE_CHECKING:
    import h5py

GROUP = "hornbeam_seeds"


def seeds_of(model: Any) -> list[Any]:
    """The states of all seed generators of a model."""
    held = [member for layer in tracking.flatten(model) for member in tracking.members(layer)]
    return [member.state for member in tracking.unique([m for m in held if isinstance(m, SeedGenerator)])]


def write(file: h5py.File, model: Any) -> None:
    """Store them, if there are any."""
    found = seeds_of(model)
    if found:
        group = file.create_group(GROUP)
        for i, state in enumerate(found):
            hdf5.write(group, str(i), state.on_host())


def read(file: h5py.File, model: Any) -> None:
    """Take them from the file, if it has those of such a model."""
    group, mine = hdf5.find(file, GROUP), seeds_of(model)
    stored = [hdf5.find(group, str(i)) for i in range(len(mine))] if group is not None else []
    if stored and all(getattr(one, "shape", None) == (2,) and one.dtype == "int32" for one in stored):
        for state, dataset in zip(mine, stored, strict=True):
            state.hold(hdf5.read(dataset))
