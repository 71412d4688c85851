"""What a worker process does: answers requests for batches until its connection is closed."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import random
import signal
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.shared_memory import SharedMemory

# Batches of fewer bytes travel with the answer, larger ones through shared memory.
_SMALL = 2**16


def serve(connection: Connection, stack_path: str) -> None:
    """Answer `("data", pickled dataset)` and `("batch", index, seed)` with an `Answer`, in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the connection
    os.environ["JAX_PLATFORMS"] = "cpu"  # the accelerator is the parent's
    memory = _Memory()
    data: Any = None
    with open(stack_path, "w") as stack_file, contextlib.suppress(EOFError, OSError):
        if hasattr(faulthandler, "register"):
            faulthandler.register(signal.SIGUSR1, file=stack_file, all_threads=True)
        connection.send(None)  # ready
        while True:
            request = connection.recv()
            try:
                if request[0] == "data":
                    data = pickle.loads(request[1])
                    answer: Any = ("batch", pickle.dumps(None), None, [])
                else:
                    _, index, seed = request
                    random.seed(seed + index)
                    np.random.seed([seed, index])
                    answer = memory.pack(data[index])
            except BaseException as error:
                answer = ("error", _picklable(error), traceback.format_exc())
            connection.send(answer)
    memory.close()


class _Memory:
    """A block of shared memory, as large as the largest batch so far."""

    def __init__(self) -> None:
        self._block: SharedMemory | None = None

    def pack(self, batch: Any) -> tuple[str, bytes, str | None, list[int]]:
        """A batch as `("batch", pickle, name of the block, sizes of the buffers in it)`."""
        buffers: list[pickle.PickleBuffer] = []
        pickled = pickle.dumps(batch, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        sizes = [view.nbytes for view in views]
        if sum(sizes) < _SMALL:
            return "batch", pickle.dumps(batch, protocol=5), None, []
        block = self._of_size(sum(map(aligned, sizes)))
        shared: Any = block.buf
        at = 0
        for view, size in zip(views, sizes, strict=True):
            np.frombuffer(shared, np.uint8, size, at)[:] = np.frombuffer(view, np.uint8)
            at += aligned(size)
        return "batch", pickled, block.name, sizes

    def _of_size(self, size: int) -> SharedMemory:
        if self._block is None or self._block.size < size:
            from multiprocessing.shared_memory import SharedMemory

            self.close()
            self._block = SharedMemory(create=True, size=size)
        return self._block

    def close(self) -> None:
        """Let go of the block; the parent removes it."""
        if self._block is not None:
            self._block.close()


def aligned(size: int) -> int:
    """Bytes that a buffer of `size` takes in a block."""
    return -(-size // 64) * 64


def _picklable(error: BaseException) -> bytes | None:
    try:
        pickled = pickle.dumps(error)
        pickle.loads(pickled)
    except Exception:
        return None
    return pickled
