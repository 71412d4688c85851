"""Many strings of bytes in one array, from which hash functions read words of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

# So many bytes beyond the end of a string may be read.
_ROOM = 64


class PackedBytes:
    """Strings one after another.

    Args:
        strings: the strings.

    Attributes:
        lengths: their lengths: int64.
        starts: where in the array each begins: int64.
    """

    def __init__(self, strings: Sequence[bytes]):
        self.lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        self.starts = np.cumsum(self.lengths) - self.lengths
        content = b"".join(strings) + bytes(_ROOM)
        self._bytes = np.frombuffer(content, np.uint8)
        # The 8 bytes from each place on, as a view: row i of it is one word.
        self._words = np.ndarray((len(content) - 7,), "<u8", content, strides=(1,))
        self._halves = np.ndarray((len(content) - 3,), "<u4", content, strides=(1,))

    def byte(self, places: Any) -> np.ndarray:
        return self._bytes[places].astype(np.uint64)

    def half(self, places: Any) -> np.ndarray:
        """The 32-bit numbers, lowest byte first, at `places`."""
        return self._halves[places].astype(np.uint64)

    def word(self, places: Any) -> np.ndarray:
        """The 64-bit numbers, lowest byte first, at `places`."""
        return self._words[places].astype(np.uint64)
