"""FarmHash's `Fingerprint64`, of many strings at once.

A string's length says which formula it takes; all strings of one formula are computed together, in 64-bit arithmetic
that wraps around. Source: https://github.com/google/farmhash, `farmhashna::Hash64`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.layers.preprocessing.categorical.packed_bytes import PackedBytes

_K0, _K1, _K2 = (np.uint64(k) for k in (0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F))
_CAT = np.uint64(0xC6A4A7935BD1E995)
_SEED = 81
_BLOCK = 64


def farmhash64(strings: Sequence[bytes]) -> np.ndarray:
    """The fingerprint of each string: uint64.

    >>> farmhash64([b"hello"]).tolist()
    [13009744463427800296]
    """
    packed = PackedBytes(strings)
    hashes = np.empty(len(strings), np.uint64)
    least = 0
    for most, formula in ((0, _of_0), (3, _of_1_to_3), (7, _of_4_to_7), (16, _of_8_to_16), (32, _of_17_to_32),
                          (64, _of_33_to_64), (None, _of_more)):  # fmt: skip
        is_here = packed.lengths >= least
        if most is not None:
            is_here &= packed.lengths <= most
            least = most + 1
        if is_here.any():
            hashes[is_here] = formula(packed, packed.starts[is_here], packed.lengths[is_here])
    return hashes


def fingerprint_cat(first: Any, second: Any) -> Any:
    """The fingerprint of a pair of fingerprints; arrays of uint64."""
    result = first ^ _CAT ^ (_mix(second * _CAT) * _CAT)
    return _mix(_mix(result * _CAT) * _CAT)


def _rotated(x: Any, by: int) -> Any:
    return (x >> np.uint64(by)) | (x << np.uint64(64 - by))


def _mix(x: Any) -> Any:
    return x ^ (x >> np.uint64(47))


def _hash_of_two(u: Any, v: Any, multiplier: Any) -> Any:
    a = _mix((u ^ v) * multiplier)
    return _mix((v ^ a) * multiplier) * multiplier


def _multiplier(lengths: Any) -> Any:
    return _K2 + lengths.astype(np.uint64) * np.uint64(2)


def _of_0(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    return np.full(len(starts), _K2)


def _of_1_to_3(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    first, middle, last = (packed.byte(starts + i) for i in (0, lengths >> 1, lengths - 1))
    y = first + (middle << np.uint64(8))
    z = lengths.astype(np.uint64) + (last << np.uint64(2))
    return _mix(y * _K2 ^ z * _K0) * _K2


def _of_4_to_7(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    first, last = packed.half(starts), packed.half(starts + lengths - 4)
    return _hash_of_two(lengths.astype(np.uint64) + (first << np.uint64(3)), last, _multiplier(lengths))


def _of_8_to_16(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    multiplier = _multiplier(lengths)
    a, b = packed.word(starts) + _K2, packed.word(starts + lengths - 8)
    c = _rotated(b, 37) * multiplier + a
    d = (_rotated(a, 25) + b) * multiplier
    return _hash_of_two(c, d, multiplier)


def _of_17_to_32(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    multiplier = _multiplier(lengths)
    ends = starts + lengths
    a, b = packed.word(starts) * _K1, packed.word(starts + 8)
    c, d = packed.word(ends - 8) * multiplier, packed.word(ends - 16) * _K2
    return _hash_of_two(
        _rotated(a + b, 43) + _rotated(c, 30) + d, a + _rotated(b + _K2, 18) + c, multiplier
    )  # fmt: skip


def _of_33_to_64(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    multiplier = _multiplier(lengths)
    ends = starts + lengths
    a, b = packed.word(starts) * _K2, packed.word(starts + 8)
    c, d = packed.word(ends - 8) * multiplier, packed.word(ends - 16) * _K2
    y = _rotated(a + b, 43) + _rotated(c, 30) + d
    z = _hash_of_two(y, a + _rotated(b + _K2, 18) + c, multiplier)
    e, f = packed.word(starts + 16) * multiplier, packed.word(starts + 24)
    g, h = (y + packed.word(ends - 32)) * multiplier, (z + packed.word(ends - 24)) * multiplier
    return _hash_of_two(_rotated(e + f, 43) + _rotated(g, 30) + h, e + _rotated(f + a, 18) + g, multiplier)


def _of_more(packed: PackedBytes, starts: Any, lengths: Any) -> Any:
    """Blocks of 64 bytes one after another, of all strings that still have one; then the last 64 bytes of each."""
    count = len(starts)
    x = np.full(count, _SEED, np.uint64)
    y = np.full(count, (_SEED * int(_K1) + 113) % 2**64, np.uint64)
    z = _mix(y * _K2 + np.uint64(113)) * _K2
    x = x * _K2 + packed.word(starts)
    state = [x, y, z, *(np.zeros(count, np.uint64) for _ in range(4))]
    blocks = (lengths - 1) // _BLOCK
    for i in range(int(blocks.max())):
        here = np.flatnonzero(blocks > i)
        moved = _block(packed, starts[here] + _BLOCK * i, [part[here] for part in state])
        for part, new in zip(state, moved, strict=True):
            part[here] = new
    return _last_block(packed, starts, lengths, state)


def _weak(packed: PackedBytes, at: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """A weak hash of 32 bytes, with two seeds."""
    w, x, y, z = (packed.word(at + 8 * i) for i in range(4))
    a = a + w
    b = _rotated(b + a + z, 21)
    c = a
    a = a + x + y
    return a + z, b + _rotated(a, 44) + c


def _block(packed: PackedBytes, at: Any, state: list[Any]) -> tuple[Any, ...]:
    x, y, z, v0, v1, w0, w1 = state
    x = _rotated(x + y + v0 + packed.word(at + 8), 37) * _K1
    y = _rotated(y + v1 + packed.word(at + 48), 42) * _K1
    x = x ^ w1
    y = y + v0 + packed.word(at + 40)
    z = _rotated(z + w0, 33) * _K1
    v0, v1 = _weak(packed, at, v1 * _K1, x + w0)
    w0, w1 = _weak(packed, at + 32, z + w1, y + packed.word(at + 16))
    return z, y, x, v0, v1, w0, w1


def _last_block(packed: PackedBytes, starts: Any, lengths: Any, state: list[Any]) -> Any:
    x, y, z, v0, v1, w0, w1 = state
    at = starts + lengths - _BLOCK
    nine = np.uint64(9)
    multiplier = _K1 + ((z & np.uint64(0xFF)) << np.uint64(1))
    w0 = w0 + ((lengths - 1) & 63).astype(np.uint64)
    v0 = v0 + w0
    w0 = w0 + v0
    x = _rotated(x + y + v0 + packed.word(at + 8), 37) * multiplier
    y = _rotated(y + v1 + packed.word(at + 48), 42) * multiplier
    x = x ^ (w1 * nine)
    y = y + v0 * nine + packed.word(at + 40)
    z = _rotated(z + w0, 33) * multiplier
    v0, v1 = _weak(packed, at, v1 * multiplier, x + w0)
    w0, w1 = _weak(packed, at + 32, z + w1, y + packed.word(at + 16))
    x, z = z, x
    left = _hash_of_two(v0, w0, multiplier) + _mix(y) * _K0 + z
    return _hash_of_two(left, _hash_of_two(v1, w1, multiplier) + x, multiplier)
