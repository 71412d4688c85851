"""Unknown sizes of symbolic tensors: what stands for them while a computation is traced, and which sizes would fit.

Two unknown sizes may be the same, or that of another array: `(None, 3) + (2, None)` works if they are 2 and 3.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

Shape = tuple[int | None, ...]

# Sizes that stand for unknown ones: divisible, so that they can be split; large, so that pooling leaves something.
PROBES = ({"batch": 480, "other": 960}, {"batch": 720, "other": 1920})
SMALL_PROBES = (
    ({"batch": 6, "other": 8}, {"batch": 10, "other": 12}),
    ({"batch": 6, "other": 2}, {"batch": 10, "other": 3}),
)

AS_BATCH = -1  # an unknown size that is the same as the first axis's
_TRIED = 64


def filled(shape: Shape, probe: dict[str, int]) -> tuple[int, ...]:
    """`shape` with the sizes of `probe` where its own are unknown."""
    return tuple(_stand_in(size, axis, probe) if size in (None, AS_BATCH) else size for axis, size in enumerate(shape))


def _stand_in(size: int | None, axis: int, probe: dict[str, int]) -> int:
    return probe["batch" if axis == 0 or size == AS_BATCH else "other"]


def fitting(shapes: Sequence[Shape], numbers: Iterable[int]) -> Iterator[list[Shape]]:
    """`shapes` with some unknown sizes set to known ones, those that set the fewest first.

    Args:
        shapes: of all arrays of a computation.
        numbers: further sizes that unknown ones may have.
    """
    places = [(i, axis) for i, shape in enumerate(shapes) for axis, size in enumerate(shape) if size is None]
    options = [[None, *_candidates(shapes, numbers, *place)] for place in places]
    if math.prod(len(each) for each in options) > 50 * _TRIED:
        return
    choices = sorted(itertools.product(*options), key=lambda choice: sum(size is not None for size in choice))
    for choice in choices[1 : _TRIED + 1]:
        known = dict(zip(places, choice, strict=True))
        yield [tuple(known.get((i, axis), size) for axis, size in enumerate(shape)) for i, shape in enumerate(shapes)]


def _candidates(shapes: Sequence[Shape], numbers: Iterable[int], place: int, axis: int) -> list[int]:
    """Sizes for one unknown: those at the same distance from the end first, for they are broadcast together."""
    from_end = axis - len(shapes[place])
    others = [shape for i, shape in enumerate(shapes) if i != place]
    aligned = [shape[from_end] for shape in others if len(shape) >= -from_end]
    known = [*aligned, *([AS_BATCH] if axis else []), *itertools.chain(*others), *numbers]
    return [size for size in dict.fromkeys(known) if size is not None and size not in (0, 1)]
