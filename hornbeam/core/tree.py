"""Nested tuples, lists and dicts: map, flatten and rebuild them. Dicts go in sorted key order; `None` is a leaf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optree


def leaves(tree: Any) -> list[Any]:
    return optree.tree_leaves(tree, none_is_leaf=True)


def flatten(tree: Any) -> tuple[list[Any], Any]:
    """The leaves, and the structure that `unflatten` rebuilds them with."""
    return optree.tree_flatten(tree, none_is_leaf=True)


def unflatten(structure: Any, values: list[Any]) -> Any:
    return optree.tree_unflatten(structure, values)


def map(fn: Callable[..., Any], tree: Any, *trees: Any) -> Any:
    return optree.tree_map(fn, tree, *trees, none_is_leaf=True)


def structure(tree: Any) -> Any:
    return optree.tree_structure(tree, none_is_leaf=True)


def paths(tree: Any) -> list[tuple[Any, ...]]:
    """The keys and positions that lead to each leaf."""
    return optree.tree_paths(tree, none_is_leaf=True)


def is_nested(value: Any) -> bool:
    return isinstance(value, tuple | list | dict)


def keys(tree: Any) -> list[Any]:
    """The keys or positions of the outermost structure, in the order of its leaves."""
    return [path[0] for path in optree.tree_paths(tree, is_leaf=lambda value: value is not tree, none_is_leaf=True)]
