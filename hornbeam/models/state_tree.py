"""The state of a model as a tree of values: dicts of dicts, by the parts of the variables' paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hornbeam.core.variable import Variable

_FORMATS = {"backend_tensor": lambda v: v.value, "numpy_array": lambda v: v.numpy()}


def state_tree(model: Any, value_format: str) -> dict[str, Any]:
    """`Model.get_state_tree`."""
    if value_format not in _FORMATS:
        raise ValueError(f"`value_format` must be one of {', '.join(_FORMATS)}. Received: {value_format!r}.")
    read = _FORMATS[value_format]
    tree: dict[str, Any] = {}
    for kind, variables in _kinds(model).items():
        tree[kind] = {}
        for path, variable in _by_path(variables).items():
            *folders, name = path
            place = tree[kind]
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = read(variable)
    return tree


def set_state_tree(model: Any, tree: dict[str, Any]) -> None:
    """`Model.set_state_tree`: all that is in `tree`, or nothing where something has no place."""
    kinds = _kinds(model)
    found = []
    for kind, values in tree.items():
        if kind not in kinds:
            raise ValueError(f"A state tree has the keys {', '.join(kinds)}. Received: {kind!r}.")
        variables = _by_path(kinds[kind])
        for path, value in _leaves(values):
            if path not in variables:
                raise ValueError(f"Model `{model.name}` has no variable `{'/'.join(path)}` among its `{kind}`.")
            found.append((variables[path], value))
    for variable, value in found:
        variable.assign(value)


def _kinds(model: Any) -> dict[str, list[Variable]]:
    counting = {id(variable) for variable in model.metrics_variables}
    return {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": [v for v in model.non_trainable_variables if id(v) not in counting],
        "optimizer_variables": [] if model.optimizer is None else list(model.optimizer.variables),
        "metrics_variables": model.metrics_variables,
    }


def _by_path(variables: Iterable[Variable]) -> dict[tuple[str, ...], Variable]:
    """Variables by the parts of their paths; those whose path is taken are numbered."""
    found: dict[tuple[str, ...], Variable] = {}
    for variable in variables:
        path = tuple(variable.path.split("/"))
        *folders, name = path
        count = 0
        while path in found:
            count += 1
            path = (*folders, f"{name}_{count}")
        found[path] = variable
    return found


def _leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(tree, dict):
        yield path, tree
        return
    for name, item in tree.items():
        yield from _leaves(item, (*path, name))
