"""SipHash-2-4, of many strings at once.

Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.layers.preprocessing.categorical.packed_bytes import PackedBytes

_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


def siphash24(strings: Sequence[bytes], key: tuple[int, int]) -> np.ndarray:
    """The hash of each string under a key of two 64-bit numbers: uint64.

    >>> siphash24([bytes(range(15))], (0x0706050403020100, 0x0F0E0D0C0B0A0908)).tolist() == [0xA129CA6149BE45E5]
    True
    """
    packed = PackedBytes(strings)
    keys = [np.uint64(part % 2**64) for part in key]
    state = [np.full(len(strings), np.uint64(start) ^ keys[i % 2]) for i, start in enumerate(_START)]
    words = packed.lengths // 8
    for i in range(int(words.max(initial=0))):
        here = np.flatnonzero(words > i)
        moved = _absorbed(tuple(part[here] for part in state), packed.word(packed.starts[here] + 8 * i))
        for part, new in zip(state, moved, strict=True):
            part[here] = new
    v = _absorbed((state[0], state[1], state[2], state[3]), _last_word(packed, words))
    v = v[0], v[1], v[2] ^ np.uint64(0xFF), v[3]
    for _ in range(4):
        v = _round(*v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _last_word(packed: PackedBytes, words: Any) -> Any:
    """The bytes that fill no word, below the length's last byte."""
    left = (packed.lengths % 8).astype(np.uint64)
    bits = (np.uint64(1) << (left * np.uint64(8))) - np.uint64(1)
    rest = packed.word(packed.starts + 8 * words) & bits
    return rest | (packed.lengths.astype(np.uint64) << np.uint64(56))


def _absorbed(v: Any, word: Any) -> Any:
    v = _round(*_round(v[0], v[1], v[2], v[3] ^ word))
    return v[0] ^ word, v[1], v[2], v[3]


def _round(v0: Any, v1: Any, v2: Any, v3: Any) -> Any:
    v0, v2 = v0 + v1, v2 + v3
    v1, v3 = _rotated(v1, 13) ^ v0, _rotated(v3, 16) ^ v2
    v0 = _rotated(v0, 32)
    v2, v0 = v2 + v1, v0 + v3
    v1, v3 = _rotated(v1, 17) ^ v2, _rotated(v3, 21) ^ v0
    return v0, v1, _rotated(v2, 32), v3


def _rotated(x: Any, by: int) -> Any:
    return (x << np.uint64(by)) | (x >> np.uint64(64 - by))
