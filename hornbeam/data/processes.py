"""`Processes`: worker processes that get the batches of a dataset by their numbers."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import queue
import shutil
import signal
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam.core import rng, staying
from hornbeam.data import worker

if TYPE_CHECKING:
    from multiprocessing.shared_memory import SharedMemory


class CannotTravel(Exception):
    """A dataset cannot be given to other processes; the message says why."""


class Processes:
    """Worker processes, each with a copy of a dataset.

    They are started anew, not forked: a fork of a process whose engine runs threads can hang. Random numbers of
    NumPy's and Python's global generators follow from `set_random_seed` and the number of the batch, however many
    workers there are. A worker that dies is an error that says so.

    Args:
        data: what gives a batch by its number; it travels by pickle.
        workers: how many processes.

    Raises:
        CannotTravel: if `data` cannot be pickled, or what it is made of is unknown to other processes.
    """

    def __init__(self, data: Any, workers: int):
        import multiprocessing

        self._data, self._name = data, type(data).__name__
        self._seed = 0
        self._pickled = b""
        self._version = b""
        self._working: dict[int, _Worker] = {}  # by the thread that waits for it
        self._check(multiprocessing.current_process().daemon)
        self.renew()
        context = multiprocessing.get_context("spawn")
        self._folder = tempfile.mkdtemp(prefix="hornbeam-workers-")
        self._workers = [_Worker(context, self._folder, i, self._name) for i in range(workers)]
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for one in self._workers:
            self._free.put(one)
        self._finalizer = weakref.finalize(self, _end, self._workers, self._folder)

    def _check(self, is_worker: bool) -> None:
        main = sys.modules.get("__main__")
        if is_worker:
            raise CannotTravel("this process is a worker of another one and may not start processes")
        if type(self._data).__module__ == "__main__" and staying.everywhere():
            raise CannotTravel("its class is defined in a script for Keras, which other processes would run once more")
        if type(self._data).__module__ == "__main__" and not hasattr(main, "__file__"):
            raise CannotTravel("its class is defined in an interactive session; put it into a module")

    def renew(self) -> None:
        """Give the workers the dataset as it is now, from the next batch on."""
        try:
            self._pickled = pickle.dumps(self._data, protocol=5)
        except Exception as error:
            raise CannotTravel(f"it cannot be pickled: {error}") from error
        self._version = hashlib.sha256(self._pickled).digest()
        self._seed = rng.make_seed()

    def fetch(self, index: int, prepare: Callable[[Any], Any]) -> Any:
        """Batch `index`, prepared; for several threads at once."""
        one, me = self._free.get(), threading.get_ident()
        self._working[me] = one
        try:
            if one.version != self._version:
                one.ask(("data", self._pickled), lambda _: None, "starting")
                one.version = self._version
            return one.ask(("batch", index, self._seed), prepare, f"getting batch {index}")
        finally:
            del self._working[me]
            self._free.put(one)

    def stack(self, thread: int) -> str:
        """Where the worker is for which a thread waits, as text."""
        one = self._working.get(thread)
        return one.stack() if one is not None else ""

    def close(self) -> None:
        """End the workers."""
        self._finalizer()


class _Worker:
    """One process and the connection to it."""

    def __init__(self, context: Any, folder: str, number: int, name: str):
        self.version = b""
        self._name = name
        self._stack_path = Path(folder) / f"{number}.txt"
        self._block: SharedMemory | None = None
        self._is_ready = False
        self._connection, theirs = context.Pipe()
        self.process = context.Process(
            target=worker.serve, args=(theirs, str(self._stack_path)), name="hornbeam-data", daemon=True
        )
        self.process.start()
        theirs.close()

    def ask(self, request: tuple[Any, ...], prepare: Callable[[Any], Any], doing: str) -> Any:
        """Send a request, and prepare what is in the answer."""
        if not self._is_ready:
            self._receive("starting")
            self._is_ready = True
        try:
            self._connection.send(request)
        except OSError:
            raise self._died(doing) from None
        answer = self._receive(doing)
        if answer[0] == "error":
            raise self._error(answer[1], answer[2], doing)
        _, pickled, block_name, sizes = answer
        return prepare(pickle.loads(pickled, buffers=self._buffers(block_name, sizes)))  # what is prepared is a copy

    def _receive(self, doing: str) -> Any:
        from multiprocessing.connection import wait

        wait([self._connection, self.process.sentinel])
        try:
            if self._connection.poll():
                return self._connection.recv()
        except (EOFError, OSError):
            pass
        raise self._died(doing)

    def _buffers(self, name: str | None, sizes: list[int]) -> list[memoryview]:
        if name is None:
            return []
        if self._block is None or self._block.name != name:
            self.drop_block()
            from multiprocessing.shared_memory import SharedMemory

            self._block = SharedMemory(name)
        starts = np.cumsum([0, *map(worker.aligned, sizes)]).tolist()
        view: Any = self._block.buf
        return [view[start : start + size] for start, size in zip(starts, sizes)]

    def _died(self, doing: str) -> RuntimeError:
        self.process.join(timeout=5)
        code = self.process.exitcode
        how = f"ended with exit code {code}"
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                how = f"was ended by {signal.Signals(-code).name}"
            how += ", as the system does when memory is short," if code == -9 else ""
        hint = (
            ""
            if self._is_ready
            else (
                '; its own message stands above. A script that uses processes must have `if __name__ == "__main__":` '
                "before what it runs"
            )
        )
        return RuntimeError(f"A worker process of `{self._name}` {how} while {doing}{hint}.")

    def _error(self, pickled: bytes | None, text: str, doing: str) -> BaseException:
        error = pickle.loads(pickled) if pickled is not None else None
        if not isinstance(error, Exception):
            error = RuntimeError(f"A worker process of `{self._name}` failed while {doing}.")
        error.add_note(f"In a worker process of `{self._name}`:\n{text.rstrip()}")
        return error

    def stack(self) -> str:
        if not hasattr(signal, "SIGUSR1") or not self.process.is_alive() or not self._is_ready:
            return ""
        before = self._stack_path.stat().st_size
        os.kill(self.process.pid, signal.SIGUSR1)
        until = time.monotonic() + 2
        while self._stack_path.stat().st_size == before and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.05)
        return self._stack_path.read_text()[before:].strip()

    def drop_block(self) -> None:
        """Remove the shared memory that the last batch came in."""
        if self._block is not None:
            with contextlib.suppress(BufferError, OSError):
                self._block.close()
            with contextlib.suppress(OSError):
                self._block.unlink()
            self._block = None

    def end(self) -> None:
        self._connection.close()
        if self.process.is_alive():
            self.process.terminate()


def _end(workers: list[_Worker], folder: str) -> None:
    for one in workers:
        one.end()
    until = time.monotonic() + 2
    for one in workers:
        one.process.join(timeout=max(until - time.monotonic(), 0.0))
        if one.process.is_alive():
            one.process.kill()
        one.drop_block()
    shutil.rmtree(folder, ignore_errors=True)
