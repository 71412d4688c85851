"""The weights of a model in HDF5 files: for each object its variables, numbered, at the object's path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hornbeam.layers import Layer
from hornbeam.layers.base import tracking
from hornbeam.optimizers import Optimizer
from hornbeam.saving import hdf5, seeds
from hornbeam.saving.paths import Walk, saved_objects
from hornbeam.saving.plan import Plan, own_variables
from hornbeam.saving.report import LoadReport
from hornbeam.saving.stored import Stored

if TYPE_CHECKING:
    import h5py


def write_weights(file: h5py.File, model: Any, skipped: Sequence[Any] = ()) -> None:
    """Write the variables of `model` and of its optimizer, but for those of the objects to be `skipped`."""
    for path, obj in places(model, skipped=skipped).items():
        group = file.create_group(f"{path}/vars")
        group.attrs["name"] = getattr(obj, "name", "") or ""
        for name, value in stored_values(obj):
            hdf5.write(group, name, value)
    seeds.write(file, model)


def places(model: Any, as_read: bool = False, skipped: Sequence[Any] = ()) -> dict[str, Any]:
    """The objects that have a place in a file of `model`, by their paths; see `walk`."""
    return walk(model, as_read, skipped).found


def walk(model: Any, as_read: bool = False, skipped: Sequence[Any] = ()) -> Walk:
    """The way to the objects that have a place in a file of `model`.

    With `as_read`, the file is that which the model itself was read from: a class of the user's may have taken the
    place of one that is called otherwise there.

    Raises:
        RuntimeError: when a weight of the model belongs to none of them, so that a file would lose it.
    """
    way = Walk(model, as_read, skipped)
    placed = {id(variable) for obj in way.found.values() for variable in own_variables(obj)}
    placed |= {id(variable) for obj in skipped for variable in getattr(obj, "variables", ())}
    lost = [weight.path for weight in tracking.weights_of(model) if id(weight) not in placed]
    if lost:
        raise RuntimeError(
            f"A file of model `{model.name}` has no place for {len(lost)} of its weights, such as `{lost[0]}`: keep "
            "the layers that have them in plain attributes, or in lists, tuples, dicts or sets that are."
        )
    return way


# Who stores its variables in the way that is known here.
_WRITTEN_HERE = (None, Layer.save_own_variables, Optimizer.save_own_variables)


def stored_values(obj: Any) -> Iterable[tuple[str, Any]]:
    """The arrays at an object's place, by name; only one of them at a time is in memory."""
    if getattr(type(obj), "save_own_variables", None) in _WRITTEN_HERE:
        return ((str(i), variable.on_host()) for i, variable in enumerate(own_variables(obj)))
    store: dict[str, Any] = {}
    type(obj).save_own_variables(obj, store)
    return store.items()


def read_weights(
    stored: Stored,
    model: Any,
    skip_mismatch: bool = False,
    as_read: bool = False,
    by_name: bool = False,
    skipped: Sequence[Any] = (),
) -> LoadReport:
    """Assign what `write_weights` (or Keras) wrote: all of it, or nothing when something does not fit.

    Args:
        stored: what a file has.
        model: built, so that it has its variables.
        skip_mismatch: whether objects that do not fit keep their values, with a warning.
        as_read: whether the model itself was read from this file.
        by_name: whether objects of equal names belong together, and all others are left alone.
        skipped: objects that keep their values.

    Raises:
        ValueError: when an object's variables differ in number or shape from the stored ones.
    """
    _build_optimizer(model)
    plan = Plan(partial=by_name)
    way = walk(model, as_read, skipped)
    found = way.found
    pairs = _by_name(found, stored) if by_name else {path: _stored_at(path, way, stored) for path in found}
    for path, obj in found.items():
        plan.add(path, obj, stored.at(pairs[path]) if path in pairs else None)
    used = {pairs[path] for path in found if path in pairs} | (set(saved_objects(model, as_read)) if skipped else set())
    plan.unused += [f"{stored.root}{path}/vars" for path in stored.paths() if path not in used and stored.at(path)]
    report = plan.carry_out(model, stored.shown, skip_mismatch)
    for file in stored.files if not (stored.root or by_name) else ():
        seeds.read(file, model)
    return report


def _stored_at(path: str, way: Walk, stored: Stored) -> str:
    """The place in the file of the object at `path`: where nothing is there, another path to it."""
    if stored.at(path) or not own_variables(way.found[path]):
        return path
    return next((other for other in way.others(path) if stored.at(other)), path)


def _by_name(found: Mapping[str, Any], stored: Stored) -> dict[str, str]:
    """The path in the file for that of each object of the model, where both are called the same.

    Raises:
        ValueError: when one of these names occurs several times.
    """
    theirs_by_path = {path: stored.name(path) for path in stored.paths()}
    mine = dict(_named({path: obj.name for path, obj in found.items() if not isinstance(obj, Optimizer)}))
    theirs = dict(_named(theirs_by_path))
    counts = Counter(mine.values()), Counter(theirs.values())
    paths = {name: path for path, name in theirs.items()}
    for path, name in mine.items():
        if name in paths and max(count[name] for count in counts) > 1 and own_variables(found[path]):
            raise ValueError(
                f"`by_name=True` needs names that occur once. Received: {name!r}, the name of several layers."
            )
    return {path: paths[name] for path, name in mine.items() if name in paths}


def _named(names: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Each path with names in place of what counts members of a list: /layers/dense_1/cell -> head/cell."""
    for path in names:
        steps, start = [], ""
        for end in _objects_above(path, names):
            first, *rest = end.removeprefix(start).strip("/").split("/")
            steps += [first] if not rest else [*([first] if first != "layers" else []), names[end] or rest[-1]]
            start = end
        yield path, "/".join(steps)


def _objects_above(path: str, known: Collection[str]) -> Iterator[str]:
    parts = path.split("/")
    for i in range(2, len(parts) + 1):
        if (above := "/".join(parts[:i])) in known:
            yield above


def _build_optimizer(model: Any) -> None:
    """Make the variables that the optimizer of a compiled model has once it trains."""
    optimizer = getattr(model, "optimizer", None)
    if isinstance(optimizer, Optimizer) and not optimizer.built and model.built:
        optimizer.build(model.trainable_variables)
