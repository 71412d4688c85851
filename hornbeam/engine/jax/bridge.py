"""What layers around JAX's own code need of it."""

from jax import tree_util


def flatten_structure(tree):
    """The leaves of any pytree, and what `unflatten_structure` makes it of again."""
    return tree_util.tree_flatten(tree)


def unflatten_structure(structure, leaves):
    return tree_util.tree_unflatten(structure, leaves)
