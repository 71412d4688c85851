"""Memory of programs on a CPU stays with the process between their calls.

XLA allocates the temporary arrays of a program at each call and frees them afterwards. From 32 MB on glibc gives such
memory back to the system at once, and the next call pays for every page again: of a step of a convolutional net a
quarter (`benchmarks/questions/freed_memory.py`).
"""

import ctypes
import functools
import os
import sys

BYTES_KEPT = 256 << 20
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h


@functools.cache
def keep_freed_memory():
    """Blocks up to `BYTES_KEPT` come from the heap, and so much of it is kept when they are freed.

    Other C libraries have no such setting, and what the user has set in the environment stays.
    """
    if sys.platform != "linux" or any(name.startswith(("MALLOC_", "GLIBC_TUNABLES")) for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, BYTES_KEPT)
        mallopt(_TRIM_THRESHOLD, BYTES_KEPT)
