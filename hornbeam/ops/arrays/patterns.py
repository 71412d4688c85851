"""Axes rearranged by a pattern of their names."""

from __future__ import annotations

import math
from itertools import chain

from hornbeam import engine
from hornbeam.ops.dispatch import Array, op


@op(passes_values=True)
def rearrange(tensor: Array, pattern: str, **axes_lengths: int) -> Array:
    """The axes named on the left of `->` in the order of the right; those in parentheses are one axis.

    >>> from hornbeam import ops
    >>> ops.shape(ops.rearrange(ops.ones((2, 6, 3)), "b (h w) c -> b c h w", h=2))
    (2, 3, 2, 3)

    Args:
        tensor: an array.
        pattern: such as "batch (height width) channels -> batch channels height width".
        axes_lengths: sizes of axes in parentheses on the left: of all but one.
    """
    left, arrow, right = pattern.partition("->")
    before, after = _groups(left), _groups(right)
    names, order = [*chain(*before)], [*chain(*after)]
    if not arrow or sorted(names) != sorted(order) or len({*names}) < len(names) or len(before) != len(tensor.shape):
        raise ValueError(
            f"`pattern` must name each of the {len(tensor.shape)} axes once on the left of `->`, and the same axes on "
            f"the right. Received: pattern={pattern!r}."
        )
    sizes = dict(axes_lengths)
    for group, size in zip(before, tensor.shape, strict=True):
        sizes |= _solved(group, size, sizes, pattern)
    x = engine.reshape(tensor, [sizes[name] for name in names])
    x = engine.transpose(x, [names.index(name) for name in order])
    return engine.reshape(x, [math.prod(sizes[name] for name in group) for group in after])


def _groups(side: str) -> list[list[str]]:
    """The names of each axis: one, or what is in parentheses."""
    groups: list[list[str]] = []
    inside = False
    for token in side.replace("(", " ( ").replace(")", " ) ").split():
        if token == "(":
            groups.append([])
        elif token != ")":
            groups[-1].append(token) if inside else groups.append([token])
        inside = token == "(" or (inside and token != ")")
    return groups


def _solved(group: list[str], size: int, known: dict[str, int], pattern: str) -> dict[str, int]:
    """The sizes of the axes that are one of `size`; one of them may be unknown."""
    unknown = [name for name in group if name not in known]
    product = math.prod(known[name] for name in group if name in known)
    if len(unknown) > 1 or size % product or (not unknown and product != size):
        raise ValueError(
            f"The sizes of ({' '.join(group)}) must make {size}, with at most one that is not given. "
            f"Received: {known}, for pattern={pattern!r}."
        )
    return {unknown[0]: size // product} if unknown else {}
