"""The least work of a training step: multiplications and additions of its matrix products and convolutions, and bytes.

Both are read off the traced program, so they hold for any library that does the same task.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import jax


def operations(fn: Callable, *args) -> int:
    """Multiplications and additions in the matrix products and convolutions of `fn(*args)`."""
    return _count(jax.make_jaxpr(fn)(*args).jaxpr)


def _count(jaxpr) -> int:
    total = 0
    for eqn in jaxpr.eqns:
        if eqn.primitive.name == "dot_general":
            (contracted, _), _ = eqn.params["dimension_numbers"]
            inner = math.prod(eqn.invars[0].aval.shape[axis] for axis in contracted)
            total += 2 * inner * math.prod(eqn.outvars[0].aval.shape)
        elif eqn.primitive.name == "conv_general_dilated":
            kernel = eqn.invars[1].aval.shape
            outputs = kernel[eqn.params["dimension_numbers"].rhs_spec[0]]
            each = 2 * math.prod(kernel) // outputs
            zeros_between = math.prod(eqn.params["lhs_dilation"])  # the gradient of strides: no work with those
            total += each * math.prod(eqn.outvars[0].aval.shape) // zeros_between
        for inner_jaxpr in jax.tree.leaves(list(eqn.params.values()), is_leaf=_is_jaxpr):
            if _is_jaxpr(inner_jaxpr):
                total += eqn.params.get("length", 1) * _count(getattr(inner_jaxpr, "jaxpr", inner_jaxpr))
    return total


def _is_jaxpr(value) -> bool:
    return hasattr(value, "eqns")


def bytes_of(tree) -> int:
    return sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))


def traffic(loss: Callable, params, state, batch) -> int:
    """Bytes that a training step cannot avoid to move, were nothing kept in a cache between operations.

    The optimizer's state is read and written, the batch is read, and what the backward pass needs of the forward pass
    is written once and read once.
    """
    kept = jax.eval_shape(lambda params: jax.vjp(loss, params)[1], params)
    return 2 * bytes_of(state) + bytes_of(batch) + 2 * bytes_of(kept)
