"""The tuples in which data and training steps are handed on."""

from __future__ import annotations

from typing import Any


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """The shortest tuple that holds what is not `None`; `x` alone without one, unless it is a list or tuple itself.

    >>> import hornbeam
    >>> hornbeam.utils.pack_x_y_sample_weight(1, 2)
    (1, 2)
    """
    if y is None and sample_weight is None:
        return (x,) if isinstance(x, list | tuple) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` of what `train_step` gets.

    Raises:
        ValueError: for a tuple of more than three.

    >>> import hornbeam
    >>> hornbeam.utils.unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if isinstance(data, list) and not all(isinstance(item, str) for item in data):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "A batch must be x, (x,), (x, y) or (x, y, sample_weight); several inputs are one x: ((a, b), y). "
            f"Received: a tuple of {len(data)}."
        )
    given = [*data, None, None][:3]
    if isinstance(given[1], list) and not given[1]:  # of a model whose layers add all of its loss
        given[1] = None
    return given[0], given[1], given[2]
