"""Choosing elements by their places or by a condition, and writing a part."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import symbolic
from hornbeam.core.brief import shown_shape
from hornbeam.core.tracebacks import WrongArgumentsError
from hornbeam.ops.arrays.joining import unstack
from hornbeam.ops.arrays.shapes import ravel
from hornbeam.ops.dispatch import Array, ArrayOrScalar, Arrays, as_array, normalize_axis, op


def _part(x: Any, key: Any) -> symbolic.SymbolicTensor | None:
    """The part of a symbolic tensor where a slice takes what there is of an unknown size: `x[:5]` may have 3 rows."""
    keys = key if isinstance(key, tuple) else (key,)
    if not isinstance(x, symbolic.SymbolicTensor) or not all(map(_is_plain, keys)):
        return None
    sizes = iter(x.shape)
    found: list[bool] = []  # for each axis of the part
    for k in _whole(x, keys):
        size = None if k is None else next(sizes, 0)
        if not isinstance(k, int):
            found.append(isinstance(k, builtins.slice) and size is None and _varies(k))
    if not any(found):
        return None
    part = symbolic.infer(get_item, (x, key), like=get_item)
    shape = [None if varies else size for size, varies in zip(part.shape, found, strict=True)]
    return symbolic.SymbolicTensor(shape, part.dtype)


def _is_plain(key: Any) -> bool:
    if type(key) is builtins.slice:
        return all(type(bound) in (int, type(None)) for bound in (key.start, key.stop, key.step))
    return key is None or key is Ellipsis or type(key) is int


def _varies(key: builtins.slice) -> bool:
    """Whether a slice has another length in a long axis than in one of 1 element, as all but `[:1]`, `[-1:]` have."""
    return len(range(*key.indices(1))) != len(range(*key.indices(2**30)))


@op(passes_values=True, outputs=_part)
def get_item(x: Array, key: Any) -> Array:
    """`x[key]`."""
    keys = key if isinstance(key, tuple) else (key,)
    if any(isinstance(k, builtins.slice) and k.step is not None and k.step < 0 for k in keys):
        return _backwards(x, keys)
    _check_numbers(x, keys)
    return x[tuple(k if _is_basic(k) else as_array(k) for k in keys)]


def _check_numbers(x: Array, keys: tuple[Any, ...]) -> None:
    """Numbers among the first keys must be within their axes: JAX takes the last element instead."""
    for key, size in zip(keys, x.shape):
        if key is None or key is Ellipsis:
            return
        if type(key) is int and not -size <= key < size:
            raise WrongArgumentsError(
                f"An index must be within its axis. Received: {key} in shape {shown_shape(x.shape)}."
            )


def _backwards(x: Array, keys: tuple[Any, ...]) -> Array:
    """`x[keys]` where slices go backwards, which not every engine has: forwards, and turned round."""
    whole = _whole(x, keys)
    sizes = iter(x.shape)
    ranges = [None if k is None else (k, next(sizes)) for k in whole]
    forwards = [None if found is None else _forwards(*found) for found in ranges]
    kept = [k for k in whole if k is None or isinstance(k, builtins.slice)]  # a number takes its axis away
    turned = [axis for axis, k in enumerate(kept) if k is not None and k.step is not None and k.step < 0]
    return engine.flip(get_item(x, tuple(forwards)), tuple(turned))


def _whole(x: Any, keys: tuple[Any, ...]) -> list[Any]:
    """`keys` with one for each axis of `x`, beside those that add an axis."""
    missing = [builtins.slice(None)] * (len(x.shape) - sum(k is not None and k is not Ellipsis for k in keys))
    place = keys.index(Ellipsis) if any(k is Ellipsis for k in keys) else len(keys)
    return [*keys[:place], *missing, *keys[place + 1 :]]


def _forwards(key: Any, size: int) -> Any:
    """The slice that has the same elements in their order."""
    if not isinstance(key, builtins.slice) or key.step is None or key.step > 0:
        return key
    places = range(*key.indices(size))
    return builtins.slice(places[-1], places[0] + 1, -key.step) if places else builtins.slice(0, 0)


def _is_basic(key: Any) -> bool:
    return key is None or key is Ellipsis or isinstance(key, int | builtins.slice) or engine.is_tensor(key)


@op(passes_values=True)
def take(x: Array, indices: Any, axis: int | None = None) -> Array:
    """The elements of `x` at `indices` along `axis`, or of `x` as a vector.

    A negative index counts from the end. One out of range gives NaN; of integers the lowest (of unsigned ones the
    largest), of truth values True.
    """
    if axis is None:
        x, axis = ravel(x), 0
    axis = normalize_axis(axis, len(x.shape))
    return engine.take(x, as_array(indices), axis, fill=not _are_within(indices, x.shape[axis]))


@op(passes_values=True)
def take_along_axis(x: Array, indices: Any, axis: int | None = None) -> Array:
    """`x[..., indices[..., i, ...], ...]`: as many elements of every line along `axis` as `indices` has there.

    An index out of range gives what it gives in `take`.
    """
    known, indices = indices, as_array(indices)
    if axis is None:
        x, indices, axis = ravel(x), ravel(indices), 0
    axis = normalize_axis(axis, len(x.shape))
    return engine.take_along_axis(x, indices, axis, fill=not _are_within(known, x.shape[axis]))


def _are_within(indices: Any, size: int) -> bool:
    """Whether the indices are known, without waiting for a device, to be in an axis."""
    known = isinstance(indices, int | list | tuple | np.ndarray | np.integer) and not engine.is_tensor(indices)
    if not known or any(map(engine.is_tensor, indices if isinstance(indices, list | tuple) else ())):
        return False
    numbers = np.asarray(indices)
    return not numbers.size or (numbers.dtype.kind in "iu" and -size <= numbers.min() and numbers.max() < size)


def _places(x: Any) -> tuple[symbolic.SymbolicTensor, ...]:
    return tuple(symbolic.SymbolicTensor((None,), "int32") for _ in x.shape)


@op(row_independent=True, outputs=lambda condition, x1=None, x2=None: None if x2 is not None else _places(condition))
def where(condition: Array, x1: ArrayOrScalar | None = None, x2: ArrayOrScalar | None = None) -> Any:
    """`x1` where `condition` holds and `x2` elsewhere; without them the indices where it holds."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("`where` takes both `x1` and `x2`, or neither.")
    x1 = as_array(x1) if not (engine.is_tensor(x1) or engine.is_tensor(x2)) else x1
    return engine.where(engine.cast(condition, "bool"), x1, x2)


@op(row_independent=True)
def select(condlist: Arrays, choicelist: Arrays, default: ArrayOrScalar = 0) -> Array:
    """The element of the first choice whose condition holds, or else `default`."""
    if not 0 < len(condlist) == len(choicelist):
        raise ValueError(
            f"`condlist` and `choicelist` must have the same number of arrays, at least one. "
            f"Received: {len(condlist)} and {len(choicelist)}."
        )
    result = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        result = engine.where(condition, choice, result)
    return result


@op(passes_values=True)
def slice(inputs: Array, start_indices: Any, shape: Sequence[int]) -> Array:
    """The part of `inputs` of the given shape that begins at `start_indices`, which may be computed.

    -1 in `shape` is all that remains after the start, which must be known then.
    """
    starts = _starts(start_indices)
    if not len(starts) == len(shape) == len(inputs.shape):
        raise ValueError(
            f"`start_indices` and `shape` must have a number for each of the {len(inputs.shape)} axes of `inputs`. "
            f"Received: {len(starts)} and {len(shape)}."
        )
    if any(size == -1 and engine.is_traced(start) for size, start in zip(shape, starts)):
        raise ValueError("-1 in `shape` needs a start that is known. Received: `start_indices` that are computed.")
    sizes = [n - int(start) if size == -1 else int(size) for n, start, size in zip(inputs.shape, starts, shape)]
    return engine.dynamic_slice(inputs, starts, sizes)


@op
def slice_update(inputs: Array, start_indices: Any, updates: Array) -> Array:
    """`inputs` with `updates` written at `start_indices`, which may be computed."""
    return engine.dynamic_update_slice(inputs, engine.cast(updates, engine.dtype_name(inputs)), _starts(start_indices))


def _starts(indices: Any) -> list[Any]:
    indices = indices if isinstance(indices, list | tuple) else unstack(indices)
    return [i if isinstance(i, int) else as_array(i) for i in indices]


@op(outputs=_places)
def nonzero(x: Array) -> tuple[Array, ...]:
    """The indices of the elements that are not zero, one array per axis; their number depends on the values."""
    return tuple(engine.asarray(places.astype(np.int32)) for places in np.nonzero(engine.to_numpy(x)))


@op
def unravel_index(indices: Array, shape: Sequence[int]) -> tuple[Array, ...]:
    """The coordinates, in an array of the given shape, of positions in its order."""
    found = []
    for n in reversed(shape):
        found.append(engine.remainder(indices, n))
        indices = engine.floor_divide(indices, n)
    return tuple(reversed(found))
