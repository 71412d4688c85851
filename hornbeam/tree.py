"""Nested structures, as in `keras.tree`: lists, tuples, dicts and named tuples; everything else, and None, is a leaf.

Dicts go in the order of their sorted keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from hornbeam.core import tree

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]


class MAP_TO_NONE:
    """What a function given to `traverse` returns for None, because None means "go on"."""


def is_nested(structure: Any) -> bool:
    """Whether `structure` is one, and not a leaf."""
    return not optree.treespec_is_leaf(tree.structure(structure), strict=True)


def flatten(structure: Any) -> list[Any]:
    """The leaves.

    >>> import hornbeam
    >>> hornbeam.tree.flatten({"b": 1, "a": [2, (3, None)]})
    [2, 3, None, 1]
    """
    return tree.leaves(structure)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves, each with the keys and positions that lead to it.

    >>> import hornbeam
    >>> hornbeam.tree.flatten_with_path({"a": [1, 2]})
    [(('a', 0), 1), (('a', 1), 2)]
    """
    return list(zip(tree.paths(structure), tree.leaves(structure), strict=True))


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """The structure of what `func` gives for the leaves of structures that are alike.

    Args:
        func: of one leaf from each.
        structures: at least one.
        none_is_leaf: whether `func` gets None, too.
    """
    _check_callable(func)
    if not structures:
        raise ValueError("`map_structure` needs at least one structure. Received: none.")
    for other in structures[1:]:
        assert_same_structure(structures[0], other)
    return optree.tree_map(func, *structures, none_is_leaf=none_is_leaf)


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """`map_structure` as deep as `shallow_structure` goes: what is below is one argument of `func`.

    >>> import hornbeam
    >>> hornbeam.tree.map_structure_up_to([0, 0], len, [(1, 2), "abc"])
    [2, 3]
    """
    _check_callable(func)
    spec = tree.structure(shallow_structure)
    parts = [spec.flatten_up_to(structure) for structure in structures]
    return tree.unflatten(spec, [func(*given) for given in zip(*parts, strict=True)])


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """`map_structure` of shapes: a tuple or list of integers and None is a leaf."""
    _check_callable(func)
    return optree.tree_map(func, structure, is_leaf=_is_shape, none_is_leaf=True)


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(n is None or isinstance(n, int) for n in value)


def pack_sequence_as(structure: Any, flat_sequence: Sequence[Any]) -> Any:
    """The structure with other leaves.

    >>> import hornbeam
    >>> hornbeam.tree.pack_sequence_as({"b": 1, "a": [2]}, [10, 20])
    {'b': 20, 'a': [10]}
    """
    return tree.unflatten(tree.structure(structure), list(flat_sequence))


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples for lists."""
    return traverse(lambda x: tuple(x) if isinstance(x, list) else None, structure, top_down=False)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """The structure with parts replaced by what `func` gives for them, unless that is None; `MAP_TO_NONE` for None.

    Args:
        func: gets each part, whole: structures as well as leaves.
        structure: is left alone.
        top_down: whether `func` sees a structure before what is in it, which it then does not see if it is replaced.
    """
    _check_callable(func)
    if top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    result = structure
    if is_nested(structure):
        inner, spec = optree.tree_flatten(structure, is_leaf=lambda x: x is not structure, none_is_leaf=True)
        result = optree.tree_unflatten(spec, [traverse(func, part, top_down) for part in inner])
    if not top_down:
        found = func(result)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    return result


def assert_same_structure(a: Any, b: Any, check_types: bool | None = None) -> None:
    """Raise unless `a` and `b` are the same but for their leaves; dicts of any kind are alike.

    Args:
        a: a structure.
        b: another one.
        check_types: accepted for code written for Keras; types are always compared.

    Raises:
        ValueError: that says where they differ.
    """
    if is_nested(a) != is_nested(b):
        raise ValueError(f"Both structures must be alike. Received: {a!r} and {b!r}, of which one is a leaf.")
    try:
        optree.tree_map(lambda *_: _no_structure(*_), a, b, none_is_leaf=True)
    except ValueError as error:
        raise ValueError(f"Both structures must be alike. Received: {a!r} and {b!r}: {error}") from None


def _no_structure(_: Any, other: Any) -> None:
    if is_nested(other):
        raise ValueError(f"where one has a leaf the other has {other!r}.")


def assert_same_paths(a: Any, b: Any) -> None:
    """Raise unless the same keys and positions lead to the leaves of `a` and of `b`, whatever the kinds.

    Raises:
        ValueError: with the paths that only one of them has.
    """
    paths_a, paths_b = {*tree.paths(a)}, {*tree.paths(b)}
    if paths_a != paths_b:
        raise ValueError(
            "`a` and `b` must have the same paths. "
            f"Received: in `a` alone {sorted(paths_a - paths_b, key=repr)}, in `b` alone "
            f"{sorted(paths_b - paths_a, key=repr)}."
        )


def _check_callable(func: Any) -> None:
    if not callable(func):
        raise TypeError(f"`func` must be callable. Received: func={func!r}.")
