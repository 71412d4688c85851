"""The optimizer's variables in files: Keras 3's order is ours, older ones had one slot of all variables first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.variable import Variable
from hornbeam.saving import hdf5
from hornbeam.saving.assigning import assign
from hornbeam.saving.h5 import attributes
from hornbeam.saving.h5.origin import Origin

if TYPE_CHECKING:
    import h5py

GROUP = "optimizer_weights"


def write_state(file: h5py.File, optimizer: Any) -> None:
    """Store the variables of an optimizer."""
    if optimizer.variables:
        attributes.write_variables(file.create_group(GROUP), optimizer.variables)


def read_state(file: h5py.File, model: Any, origin: Origin, shown: str) -> None:
    """Give the optimizer of a compiled model the state in the file; what does not fit is said, and it starts anew."""
    group = hdf5.find(file, GROUP)
    if group is None:
        return
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    stored = attributes.datasets(group, shown)
    pairs = _pairs(optimizer, list(stored), list(stored.values()), origin)
    if pairs is None:
        warn_caller(
            f"`{shown}`: the state of the optimizer does not fit `{type(optimizer).__name__}`, so that training goes "
            "on with a fresh one."
        )
        return
    assign(pairs)


def _pairs(optimizer: Any, names: list[str], stored: list[Any], origin: Origin) -> list[tuple[Variable, Any]] | None:
    if origin.generation < 3 and not any("learning_rate" in name for name in names[:2]):
        return _pairs_by_column(optimizer, stored)
    if not _is_in_order(optimizer, stored):
        return None
    return list(zip(optimizer.variables, stored, strict=False))


def _is_in_order(optimizer: Any, stored: list[Any]) -> bool:
    """Whether the shapes are those of the variables; an optimizer without slots yet has stored two numbers alone."""
    shapes = [tuple(variable.shape) for variable in optimizer.variables]
    found = [tuple(dataset.shape) for dataset in stored]
    return found in (shapes, shapes[:2])


def _pairs_by_column(optimizer: Any, stored: list[Any]) -> list[tuple[Variable, Any]] | None:
    """[steps, product of Nadam's momenta, a slot of all variables, the next slot of all variables, ...].

    Files of Keras before 2.3 lack some of the numbers at the beginning.
    """
    trained = optimizer._state.trained
    rest = list(stored)
    numbers: list[Any] = []
    while rest and not rest[0].shape and len(numbers) < 1 + len(optimizer.shared):
        numbers.append(rest.pop(0))
    columns = [name for group in optimizer.slots for name in group]
    if len(rest) < len(columns) * len(trained):
        return None
    pairs: list[tuple[Variable, Any]] = []
    pairs += zip([optimizer._iterations, *optimizer._state.shared.values()], numbers, strict=False)
    for i, name in enumerate(columns):
        for variable, dataset in zip(trained, rest[i * len(trained) :], strict=False):
            slot = optimizer._state.slots[name].get(variable)
            if slot is None or tuple(slot.shape) != tuple(dataset.shape):
                return None
            pairs.append((slot, dataset))
    return pairs
