"""The weights of layers: which stored group is whose, in which order, and the assignment of all of them or none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.suggest import hint
from hornbeam.core.variable import Variable
from hornbeam.layers import Layer
from hornbeam.layers.base import tracking
from hornbeam.saving import hdf5
from hornbeam.saving.assigning import assign
from hornbeam.saving.h5 import attributes
from hornbeam.saving.h5.convert_kernels import converted
from hornbeam.saving.h5.origin import Origin
from hornbeam.saving.report import LoadReport, listed

if TYPE_CHECKING:
    import h5py

TOP = "top_level_model_weights"
_MARGIN = 4  # how much larger than a layer's own its stored arrays may be, before they are read


Assignments = list[tuple[Variable, Any]]  # an array, or what is still to be read


class Stored(NamedTuple):
    """What a file has of one layer."""

    name: str
    weights: list[h5py.Dataset]
    names: list[str]


def members(model: Any) -> list[Any]:
    """The layers that files have groups for."""
    return [member for member in model.__hornbeam__.members if isinstance(member, Layer)] or list(model.layers)


def ordered(layer: Any) -> list[Variable]:
    """The weights of a layer as files have them: first those that are trained in the model that will be read.

    That has the flags of its layers; those of single variables are not in its config.
    """
    trained = [v for one in tracking.trainable_layers(layer) for v in tracking.own_variables(one) if v.made_trainable]
    return tracking.unique([*trained, *layer.weights])


def stored_layers(group: h5py.Group, shown: str) -> list[Stored]:
    """What the file has of each layer, in the file's order.

    Raises:
        ValueError: when something that it lists is missing.
    """
    found = []
    names = attributes.names(group, "layer_names")
    if len(set(names)) < len(names):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise ValueError(f"`{shown}` is damaged: it lists the layer `{twice}` more than once.")
    for name in names:
        inner = hdf5.find(group, name)
        if inner is None:
            raise ValueError(f"`{shown}` is damaged: it lists the layer `{name}`, which it does not hold.")
        weights = attributes.datasets(inner, shown)
        found.append(Stored(name, list(weights.values()), list(weights)))
    return found


def read_layers(
    group: h5py.Group,
    model: Any,
    origin: Origin,
    shown: str,
    by_name: bool,
    skip_mismatch: bool,
    reshape: bool,
    part: str | None = None,
) -> LoadReport:
    """Assign the weights of all layers, or nothing when something does not fit.

    Raises:
        ValueError: when layers or weights differ in number or shape.
    """
    report = LoadReport()
    stored = stored_layers(group, shown)
    if part is not None:
        pairs = [(model, _part(stored, part, shown))]
    else:
        pairs = _by_name(model, stored, report) if by_name else _by_order(model, stored, origin, shown)
    plan: Assignments = []
    for layer, kept in pairs:
        problem, assigned = _fit(layer, kept, origin, reshape)
        if problem:
            report.mismatched.append(problem)
        else:
            plan += assigned
            report.loaded += [variable.path for variable, _ in assigned]
    plan += _top_level(group, model, report, shown) if part is None else []
    if report.mismatched and not skip_mismatch:
        lines = listed(report.mismatched)
        raise ValueError(
            f"The weights in `{shown}` do not fit model `{model.name}`, which keeps its own:{lines}\n"
            "Build the same model as the one that was saved, or pass `skip_mismatch=True` to load the rest."
        )
    assign(plan)
    if report.mismatched:
        lines = listed(report.mismatched)
        warn_caller(f"`{shown}`: these layers keep their weights, because the stored ones do not fit:{lines}")
    return report


def _part(stored: list[Stored], name: str, shown: str) -> Stored:
    for one in stored:
        if one.name == name:
            return one
    near = hint(name, [one.name for one in stored])
    raise ValueError(
        f"`part` must be the name of a layer in `{shown}`. Received: {name!r}, which it does not have.{near}"
    )


def _by_name(model: Any, stored: list[Stored], report: LoadReport) -> list[tuple[Any, Stored]]:
    mine = {layer.name: layer for layer in members(model)}
    report.unexpected += [kept.name for kept in stored if kept.weights and kept.name not in mine]
    names = {kept.name for kept in stored}
    report.missing += [v.path for layer in mine.values() if layer.name not in names for v in layer.weights]
    return [(mine[kept.name], kept) for kept in stored if kept.name in mine]


def _by_order(model: Any, stored: list[Stored], origin: Origin, shown: str) -> list[tuple[Any, Stored]]:
    """Layers with weights, in pairs; Keras 1 listed the layers of a stack inside a stack one by one."""
    kept = [one for one in stored if one.weights]
    layers = [layer for layer in members(model) if layer.weights]
    if len(layers) != len(kept) and origin.generation == 1:
        layers = [one for layer in layers for one in _single(layer) if one.weights]
    if len(layers) != len(kept):
        raise ValueError(
            f"Model `{model.name}` has {len(layers)} layers with weights, and `{shown}` has {len(kept)}; pass "
            "`by_name=True` to load those whose names are equal."
        )
    return list(zip(layers, kept, strict=True))


def _single(layer: Any) -> list[Any]:
    inner = members(layer) if hasattr(layer, "save_weights") else []
    return [one for member in inner for one in _single(member)] if inner else [layer]


def _fit(layer: Any, kept: Stored, origin: Origin, reshape: bool) -> tuple[str | None, Assignments]:
    orders, stored = _orders(layer, kept)
    variables = orders[0]
    where = f"`{layer.name}` ({type(layer).__name__})"
    limit = 1024 + _MARGIN * sum(variable.size for variable in variables)
    if sum(dataset.size for dataset in stored) > limit:
        return f"{where}: the file has {[d.shape for d in stored]}, which is far larger", []
    if origin.is_stored_as_is and [d.shape for d in stored] == [v.shape for v in variables]:
        return None, list(zip(variables, stored, strict=True))
    arrays = [hdf5.read(dataset) for dataset in stored]
    for candidate in orders:
        found = _arranged(layer, candidate, arrays, origin, reshape)
        if found is not None:
            return None, found
    shapes = [tuple(v.shape) for v in variables], [tuple(a.shape) for a in arrays]
    return f"{where}: the model has {len(shapes[0])} weights {shapes[0]}, the file {len(shapes[1])} {shapes[1]}", []


def _orders(layer: Any, kept: Stored) -> tuple[list[list[Variable]], list[h5py.Dataset]]:
    """The orders in which the layer's weights may be those that are stored, likely ones first, and what is stored.

    Names say which is which, where they can. Else it is the order of the flags of layers, or of all flags of today;
    that of a model in which nothing was frozen; or layer by layer.
    """
    weights = list(layer.weights)
    mine = [variable.name for variable in weights]
    stored = {name.rsplit("/", 1)[-1].split(":")[0]: one for name, one in zip(kept.names, kept.weights, strict=True)}
    if len(mine) == len(kept.weights) and stored.keys() == set(mine) and len(stored) == len(mine):
        return [weights], [stored[name] for name in mine]
    today = [*layer.trainable_weights, *layer.non_trainable_weights]
    unfrozen = [v for v in weights if v.made_trainable] + [v for v in weights if not v.made_trainable]
    return [ordered(layer), today, unfrozen, weights], kept.weights


def _arranged(
    layer: Any, variables: list[Variable], arrays: list[np.ndarray], origin: Origin, reshape: bool
) -> Assignments | None:
    parts = [one for one in tracking.flatten(layer) if one is not layer] if hasattr(layer, "save_weights") else []
    if parts and len(arrays) == len(variables):
        arrays = _converted_inside(layer, variables, arrays, origin)
    elif not parts:
        arrays = converted(layer, arrays, origin)
    if len(arrays) != len(variables):
        return None
    if reshape:
        arrays = [a.reshape(v.shape) if a.size == v.size else a for v, a in zip(variables, arrays, strict=True)]
    if any(tuple(v.shape) != tuple(a.shape) for v, a in zip(variables, arrays, strict=True)):
        return None
    return list(zip(variables, arrays, strict=True))


def _converted_inside(
    model: Any, variables: list[Variable], arrays: list[np.ndarray], origin: Origin
) -> list[np.ndarray]:
    """The arrays of a nested model, those of each of its layers in the form of today."""
    places = {id(variable): i for i, variable in enumerate(variables)}
    arrays = list(arrays)
    for one in members(model):
        mine = ordered(one)
        inner = [arrays[places[id(variable)]] for variable in mine if id(variable) in places]
        if hasattr(one, "save_weights"):
            inner = _converted_inside(one, mine, inner, origin)
        else:
            inner = converted(one, inner, origin)
        for variable, array in zip(mine, inner, strict=False):
            arrays[places[id(variable)]] = array
    return arrays


def _top_level(group: h5py.Group, model: Any, report: LoadReport, shown: str) -> Assignments:
    """The variables that the model has beside its layers'."""
    inner = hdf5.find(group, TOP)
    mine = tracking.own_variables(model)
    if inner is None or not mine:
        return []
    kept = list(attributes.datasets(inner, shown).values())
    if [tuple(v.shape) for v in mine] != [tuple(d.shape) for d in kept]:
        report.mismatched.append(f"`{model.name}` itself: the model has {len(mine)} weights, the file {len(kept)}")
        return []
    report.loaded += [variable.path for variable in mine]
    return list(zip(mine, kept, strict=True))


def write_layers(group: h5py.Group, model: Any) -> None:
    """Store the weights of all layers."""
    layers = members(model)
    attributes.write_names(group, "layer_names", [layer.name for layer in layers])
    for layer in sorted(layers, key=lambda layer: layer.name):
        attributes.write_variables(group.create_group(layer.name), ordered(layer))
    attributes.write_variables(group.create_group(TOP), tracking.own_variables(model))
