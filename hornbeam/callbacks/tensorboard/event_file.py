"""Event files: records of a length, messages and checksums, which TensorBoard reads while they grow."""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time
from functools import cache

from hornbeam.callbacks.tensorboard.messages import event, version

_numbers = itertools.count()


class EventFile:
    """A new file in a folder that is made with the first event.

    Args:
        folder: where.
    """

    def __init__(self, folder: str):
        name = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}.v2"
        self.folder = folder
        self.path = os.path.join(folder, name)

    def write(self, step: int, values: list[bytes]) -> None:
        """Add the values of a step."""
        self.add(event(step, values))

    def add(self, message: bytes) -> None:
        """Add an event."""
        first = [] if os.path.exists(self.path) else [version()]
        os.makedirs(self.folder, exist_ok=True)
        with open(self.path, "ab") as file:
            for one in (*first, message):
                file.write(record(one))


def record(data: bytes) -> bytes:
    """A message with its length, each with a checksum."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(crc32c(length))) + data + struct.pack("<I", masked(crc32c(data)))


def masked(crc: int) -> int:
    """A checksum of something that may hold checksums itself: turned by 15 bits, plus a constant."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def crc32c(data: bytes) -> int:
    """Castagnoli's checksum (RFC 3720, appendix B.4)."""
    table, crc = _table(), 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


@cache
def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table
