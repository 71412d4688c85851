"""The derivative of a function along a direction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.ops.dispatch import Array, arrays_of, op


@op
def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """`fun(*primals)`, and its derivative in the direction of `tangents`: the Jacobian times the tangents.

    >>> from hornbeam import ops
    >>> y, dy = ops.jvp(lambda x: x * x, (3.0,), (1.0,))
    >>> float(y), float(dy)
    (9.0, 6.0)

    Args:
        fun: a function of arrays.
        primals: a tuple of its arguments.
        tangents: a tuple of the same shapes.
        has_aux: whether `fun` gives a pair, of which the second is handed on as it is.

    Returns:
        The value and the derivative; with `has_aux` then what `fun` gave besides.
    """
    primals, structure = tree.flatten(arrays_of(tuple(primals)))
    tangents = tree.leaves(arrays_of(tuple(tangents)))
    value = fun(*tree.unflatten(structure, primals))
    value, aux = value if has_aux else (value, None)
    leaves, outputs = tree.flatten(value)

    def pulled_back(us: list[Array]) -> tuple[Array, None]:
        """(Jᵀ u) · tangents = u · (J tangents): its slope by u is what is asked for, at any u."""

        def weighted(xs: list[Array]) -> tuple[Array, None]:
            y = fun(*tree.unflatten(structure, xs))
            return _dot(us, tree.leaves(y[0] if has_aux else y)), None

        (_, _), slopes = engine.value_and_grad(weighted)(primals)
        return _dot(slopes, tangents), None

    start = [engine.full(tuple(y.shape), 0, engine.dtype_name(y)) for y in leaves]
    (_, _), found = engine.value_and_grad(pulled_back)(start)
    derivative = tree.unflatten(outputs, found)
    return (value, derivative, aux) if has_aux else (value, derivative)


def _dot(xs: list[Array], ys: list[Array]) -> Array:
    products = [engine.sum(x * y) for x, y in zip(xs, ys, strict=True)]
    return sum(products[1:], start=products[0])
