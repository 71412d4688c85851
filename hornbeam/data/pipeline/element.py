"""What a dataset gives: arrays in memory that also answer `.numpy()`, in nests of tuples and dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from hornbeam import engine


class Element(np.ndarray):
    """An array, of which `.numpy()` is the plain one; so are its items, down to single numbers.

    Strings are Python's in it. `.numpy()` has them as bytes, in UTF-8, as code written for TensorFlow expects.

    >>> images = as_element(np.ones((2, 4)))
    >>> images[0].numpy().astype("uint8").tolist()
    [1, 1, 1, 1]
    """

    def numpy(self) -> Any:
        """The plain array; a NumPy scalar or a string for an element of no axes."""
        plain = np.asarray(self)
        plain = _TO_BYTES(plain) if plain.dtype == object else plain
        return plain[()] if np.ndim(plain) == 0 and isinstance(plain, np.ndarray) else plain

    def set_shape(self, shape: Any) -> None:
        """Nothing: an array has its shape."""

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return found if isinstance(found, np.ndarray) else _array(found)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))


class ElementSpec(NamedTuple):
    """The shape and dtype of an element; `None` for the axis of rows, whose number differs from batch to batch."""

    shape: tuple[int | None, ...]
    dtype: Any


class Pass:
    """The elements of a dataset one after the other, for code written for TensorFlow: `iterator.get_next()`."""

    __slots__ = ("_elements", "get_next", "next")

    def __init__(self, elements: Iterator[Any]):
        self._elements = elements
        self.get_next = self.next = elements.__next__

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._elements)


def _encoded(text: Any) -> Any:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


_TO_BYTES = np.frompyfunc(_encoded, 1, 1)


def _array(value: Any) -> Element:
    if not isinstance(value, np.ndarray | np.generic):
        value = engine.to_numpy(value) if engine.is_tensor(value) else _from_anything(value)
    array = np.asarray(value)
    return (array.astype(object) if array.dtype.kind in "US" else array).view(Element)


def _from_anything(value: Any) -> np.ndarray:
    """Arrays of other libraries as they are; numbers of Python with 32 bits, where integers fit."""
    array = np.asarray(value)
    if hasattr(value, "shape"):
        return array
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    if array.dtype.kind == "i" and np.abs(array).max(initial=0) < 2**31:
        return array.astype(np.int32)
    return array


def map_structure(fn: Callable[[Any], Any], value: Any) -> Any:
    """`fn` on each leaf of nested tuples and dictionaries; all else, lists too, is a leaf."""
    if isinstance(value, np.ndarray):  # most are
        return fn(value)
    if isinstance(value, Mapping):
        return {key: map_structure(fn, item) for key, item in value.items()}
    if isinstance(value, tuple):
        items = [map_structure(fn, item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    return fn(value)


def rebuilt(nest: Any, values: Iterable[Any]) -> Any:
    """`nest` with other leaves, in their order."""
    following = iter(values)
    return map_structure(lambda _: next(following), nest)


def zip_structures(fn: Callable[[Sequence[Any]], Any], values: Sequence[Any]) -> Any:
    """`fn` on the leaves that are at the same place of each of `values`."""
    first = values[0]
    if isinstance(first, Mapping):
        return {key: zip_structures(fn, [value[key] for value in values]) for key in first}
    if isinstance(first, tuple):
        items = [zip_structures(fn, column) for column in zip(*values, strict=True)]
        return type(first)(*items) if hasattr(first, "_fields") else tuple(items)
    return fn(values)


def leaves(value: Any) -> list[Any]:
    """The leaves, in order."""
    found: list[Any] = []
    map_structure(found.append, value)
    return found


def as_element(value: Any) -> Any:
    """Arrays of any library, numbers, strings and lists, in tuples and dictionaries, as elements."""
    return map_structure(_array, value)


def plain(value: Any) -> Any:
    """Elements as plain arrays."""
    return map_structure(np.asarray, value)


def stacked(elements: Sequence[Any]) -> Any:
    """A batch of elements.

    Raises:
        ValueError: when their shapes differ.
    """
    return zip_structures(_stack, elements)


def _stack(arrays: Sequence[np.ndarray]) -> Element:
    shapes = {np.shape(array) for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"The elements of a batch must have one shape. Received: {' and '.join(map(str, sorted(shapes)[:2]))}; "
            "use `padded_batch`, or give them one shape with `map`."
        )
    return np.stack(list(map(np.asarray, arrays))).view(Element)


def padded(elements: Sequence[Any], value: Any = None, sizes: Any = None) -> Any:
    """A batch of elements, each filled up to the longest along every axis, or to the sizes given.

    Args:
        elements: with as many axes each.
        value: what to fill up with, for all arrays or in the nest of an element; 0, or empty strings, by default.
        sizes: the shape that each array gets, in the nest of an element; `None` or -1 for the longest.
    """
    pads = iter(_for_each(value, elements[0], is_leaf=np.isscalar))
    shapes = iter(_for_each(sizes, elements[0], is_leaf=_is_shape))
    return zip_structures(lambda arrays: _pad(arrays, next(pads), next(shapes)), elements)


def _is_shape(value: Any) -> bool:
    return value is None or (not isinstance(value, Mapping) and all(n is None or np.ndim(n) == 0 for n in value))


def _for_each(given: Any, element: Any, is_leaf: Callable[[Any], Any]) -> list[Any]:
    """What is given for each array of an element: one for all, or each its own."""
    if given is None or (is_leaf(given) and not isinstance(element, tuple | Mapping)):
        return [given] * len(leaves(element))
    if isinstance(element, Mapping):
        return [one for key in element for one in _for_each(given[key], element[key], is_leaf)]
    if isinstance(element, tuple):
        several = isinstance(given, tuple | list)
        parts = given if several else [given] * len(element)
        return [one for g, e in zip(parts, element, strict=True) for one in _for_each(g, e, is_leaf)]
    return [given]


def _pad(arrays: Sequence[np.ndarray], value: Any, sizes: Any = None) -> Element:
    shape = np.max([np.shape(array) for array in arrays], axis=0, initial=0).astype(int)
    if sizes is not None:
        shape = np.array([n if size in (None, -1) else int(size) for n, size in zip(shape, sizes, strict=True)], int)
        if any(np.any(np.shape(array) > shape) for array in arrays):
            raise ValueError(
                f"`padded_batch` fills elements up to `padded_shapes`. Received: an element longer than {tuple(sizes)}."
            )
    dtype = np.result_type(*arrays)
    fill = ("" if dtype.kind == "O" else 0) if value is None else value
    whole = np.full((len(arrays), *shape), fill, dtype)
    for row, array in enumerate(arrays):
        place: Any = (row, *map(slice, np.shape(array)))
        whole[place] = array
    return whole.view(Element)
