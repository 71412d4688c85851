"""Nested tuples, lists and dicts of tensors."""

from hornbeam.engine.protocol import Spec


def tree_map(fn, tree, *rest):
    """`fn` over the leaves of trees of one structure. None is an empty tree, as in JAX."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        return {key: tree_map(fn, value, *(other[key] for other in rest)) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)) and not isinstance(tree, Spec):
        items = [tree_map(fn, *items) for items in zip(tree, *rest, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    return fn(tree, *rest)


def tree_leaves(tree) -> list:
    found: list = []
    tree_map(found.append, tree)
    return found
