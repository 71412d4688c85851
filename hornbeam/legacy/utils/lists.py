"""Keras 2's `utils.generic_utils`: lists, and what is passed instead of a list of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def to_list(x: Any, allow_tuple: bool = False) -> list[Any]:
    """A list as it is; of anything else a list of one, but of a tuple its items if `allow_tuple` is true."""
    if isinstance(x, list):
        return x
    return list(x) if allow_tuple and isinstance(x, tuple) else [x]


def unpack_singleton(x: Any) -> Any:
    """The only item of a list of one; anything else as it is."""
    return x[0] if len(x) == 1 else x


def is_all_none(iterable_or_element: Any) -> bool:
    """Whether it is `None`, or a list of nothing else."""
    items = iterable_or_element if isinstance(iterable_or_element, list | tuple) else [iterable_or_element]
    return all(item is None for item in items)


def object_list_uid(object_list: Any) -> str:
    """Text that is different for different objects, as long as they live."""
    return ", ".join(str(abs(id(item))) for item in to_list(object_list))


def slice_arrays(arrays: Any, start: Any = None, stop: Any = None) -> Any:
    """Rows of each array of a list, or of one array: from `start` to `stop`, or those with the numbers in `start`."""
    if arrays is None:
        return [None]
    if isinstance(arrays, list):
        return [None if x is None else slice_arrays(x, start, stop) for x in arrays]
    if hasattr(start, "__len__"):
        return arrays[start.tolist() if hasattr(start, "shape") else start]
    return arrays[start:stop]


def transpose_shape(shape: Any, target_format: str, spatial_axes: Iterable[int]) -> Any:
    """A shape with channels last, as it is in a data format; `spatial_axes` are those between batch and channels."""
    if target_format not in ("channels_first", "channels_last"):
        raise ValueError(f'`target_format` must be "channels_first" or "channels_last". Received: {target_format!r}.')
    if target_format == "channels_last":
        return shape
    axes = list(spatial_axes)
    return type(shape)([*shape[: axes[0]], shape[-1], *(shape[axis] for axis in axes)])


def check_for_unexpected_keys(name: str, input_dict: dict[str, Any], expected_values: Iterable[str]) -> None:
    """Raise for keys that a dictionary must not have."""
    unknown = sorted(set(input_dict) - set(expected_values))
    if unknown:
        raise ValueError(f"`{name}` must have keys among {list(expected_values)}. Received: {unknown}.")
