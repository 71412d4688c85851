"""Control flow, and functions of functions that compile nothing."""

import contextlib

import jax
import numpy as np
from jax import lax

from hornbeam.engine.jax.arrays import as_dtype
from hornbeam.engine.protocol import Spec


def scan(fn, init, xs, length=None, reverse=False):
    return lax.scan(fn, init, xs, length, reverse)


def while_loop(condition, body, state):
    return lax.while_loop(condition, body, state)


def fori_loop(start, stop, body, state):
    return lax.fori_loop(start, stop, body, state)


def cond(predicate, true_fn, false_fn, *operands):
    return lax.cond(predicate, true_fn, false_fn, *operands)


def vmap(fn, in_axes=0, out_axes=0):
    return jax.vmap(fn, in_axes, out_axes)


# transforms


def value_and_grad(fn):
    return jax.value_and_grad(fn, has_aux=True)


def custom_gradient(fn):
    return jax.custom_gradient(fn)


def checkpoint(fn):
    return jax.checkpoint(fn)


def _is_spec(x) -> bool:
    return isinstance(x, Spec)


def _abstract(leaf):
    if isinstance(leaf, Spec):
        return jax.ShapeDtypeStruct(tuple(leaf.shape), as_dtype(leaf.dtype))
    if isinstance(leaf, (jax.Array, np.ndarray)):
        return jax.ShapeDtypeStruct(leaf.shape, as_dtype(leaf.dtype))
    return leaf


def abstractly(fn, args):
    """`fn` as a function of a flat list of arrays, and that list, abstract; other leaves stay as they are."""
    leaves, structure = jax.tree.flatten(args, is_leaf=_is_spec)
    leaves = [_abstract(leaf) for leaf in leaves]
    places = [i for i, leaf in enumerate(leaves) if isinstance(leaf, jax.ShapeDtypeStruct)]

    def flat(arrays):
        filled = list(leaves)
        for i, array in zip(places, arrays, strict=True):
            filled[i] = array
        return fn(*jax.tree.unflatten(structure, filled))

    return flat, [leaves[i] for i in places]


def trace_shapes(fn, *specs):
    flat, arrays = abstractly(fn, specs)
    others = {}

    def arrays_only(arrays):
        """What is no array goes around JAX, which would turn it into one."""
        leaves, structure = jax.tree.flatten(flat(arrays))
        others["structure"] = structure
        others["leaves"] = [None if isinstance(leaf, jax.Array) else leaf for leaf in leaves]
        return [leaf for leaf in leaves if isinstance(leaf, jax.Array)]

    outputs = iter(jax.eval_shape(arrays_only, arrays))
    leaves = [_spec(next(outputs)) if leaf is None else _spec(leaf) for leaf in others["leaves"]]
    return jax.tree.unflatten(others["structure"], leaves)


def _spec(x):
    return Spec(tuple(x.shape), x.dtype.name) if hasattr(x, "dtype") else x


def eager():
    return jax.ensure_compile_time_eval()


@contextlib.contextmanager
def own_gradients():
    yield []


def keeps_gradients():
    return False


def forget_gradient(x):
    """There is none."""


def to_hold(value, before):
    return value


def keep_gradient(x):
    raise RuntimeError(
        "`zero_grad` and `loss.backward()` are PyTorch's: `HORNBEAM_ENGINE=torch` chooses it. On JAX, `train_step` "
        "calls `self.value_and_grad`."
    )
