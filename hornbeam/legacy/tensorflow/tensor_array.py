"""`tf.TensorArray`."""

from __future__ import annotations

from typing import Any

from hornbeam import ops


class TensorArray:
    """Arrays by number, written one after the other.

    >>> parts = TensorArray("float32", size=2).write(0, [1.0]).write(1, [2.0])
    >>> ops.convert_to_numpy(parts.stack()).tolist()
    [[1.0], [2.0]]
    """

    def __init__(self, dtype: Any, size: Any = 0, dynamic_size: bool = False, **_: Any):
        self.dtype = dtype
        self._parts: list[Any] = [None] * int(size or 0)

    def write(self, index: Any, value: Any, name: Any = None) -> TensorArray:
        """Keep an array under a number; the result is the one to go on with."""
        written = TensorArray(self.dtype)
        written._parts = list(self._parts)
        written._parts += [None] * (int(index) + 1 - len(written._parts))
        written._parts[int(index)] = ops.convert_to_tensor(value, str(self.dtype))
        return written

    def read(self, index: Any, name: Any = None) -> Any:
        return self._parts[int(index)]

    def stack(self, name: Any = None) -> Any:
        """All of them, along a new first axis; zeros where nothing was written."""
        some = next(part for part in self._parts if part is not None)
        return ops.stack([ops.zeros_like(some) if part is None else part for part in self._parts])

    def concat(self, name: Any = None) -> Any:
        """All of them, along their first axis."""
        return ops.concatenate(self._parts)

    def unstack(self, value: Any, name: Any = None) -> TensorArray:
        """One holding the rows of an array."""
        written = TensorArray(self.dtype)
        written._parts = list(ops.unstack(value))
        return written

    def gather(self, indices: Any, name: Any = None) -> Any:
        """Some of them, along a new first axis."""
        return ops.stack([self._parts[int(i)] for i in indices])

    def size(self, name: Any = None) -> int:
        return len(self._parts)
