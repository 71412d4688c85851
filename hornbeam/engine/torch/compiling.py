"""Compilation: the first call of each kind is recorded, later ones are replayed without layers and autograd."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import optree
import torch

from hornbeam.engine.torch.arrays import asarray
from hornbeam.engine.torch.modes import modes
from hornbeam.engine.torch.recording import Recorder
from hornbeam.engine.torch.replaying import BrokenTape, compiled
from hornbeam.engine.torch.tape import Tape

# Recordings of one function; the oldest goes first.
_KEPT = 64
# How often a recording may turn out not to do before the function runs as it is for good.
_PATIENCE = 8


def jit(fn, donate=(), steady=0, steps=None):
    program = _Recorded(fn)

    @functools.wraps(fn)
    def call(*args, **kwargs):
        if modes.differentiating:
            return fn(*args, **kwargs)
        if modes.tracing or modes.recorder is not None or program.patience <= 0:
            with torch.no_grad():
                return fn(*args, **kwargs)
        return program(args, kwargs)

    return call


class _Recorded:
    """A function with its recordings, by the shapes, dtypes and strides of what it is called with.

    Of threads that call it at once in the same way one records, and the others wait to replay.
    """

    def __init__(self, fn: Callable[..., Any]):
        self.fn = fn
        self.patience = _PATIENCE
        self._tapes: dict[Any, Tape] = {}
        self._replays: dict[Any, tuple[Any, Callable[[list[torch.Tensor]], list[Any]]]] = {}
        self._locks: dict[Any, threading.RLock] = {}

    def __call__(self, args: Any, kwargs: Any) -> Any:
        given: Any = args, kwargs
        leaves, structure = optree.tree_flatten(given, none_is_leaf=True)
        inputs: list[Any] = []
        kinds: list[Any] = [structure]
        for leaf in leaves:
            if isinstance(leaf, (torch.Tensor, np.ndarray, int, float)) and not isinstance(leaf, bool):
                leaf = asarray(leaf)
                inputs.append(leaf)
                kinds.append((leaf.shape, leaf.dtype, leaf.stride(), leaf.device))
            else:
                kinds.append(leaf)
        key = tuple(kinds)
        try:
            hash(key)
        except TypeError:  # something in the arguments has no hash
            with torch.no_grad():
                return self.fn(*args, **kwargs)
        replay = self._replays.get(key)
        if replay is None:
            with self._locks.setdefault(key, threading.RLock()):
                replay = self._replays.get(key) or self._compiled(key)
                if replay is None:
                    return self._record(key, leaves, structure, inputs)
        results, run = replay
        return optree.tree_unflatten(results, run(inputs))

    def _compiled(self, key: Any) -> Any:
        tape = self._tapes.get(key)
        if tape is None:
            return None
        try:
            self._replays[key] = tape.structure, compiled(tape)
        except BrokenTape:
            self.patience = 0
        self._tapes.pop(key, None)
        return self._replays.get(key)

    def _record(self, key: Any, leaves: list[Any], structure: Any, inputs: list[torch.Tensor]) -> Any:
        recorder = Recorder()
        places = [i for i, kind in enumerate(key[1:]) if kind is not leaves[i]]

        def fill(aliases: list[Any]) -> Any:
            filled = list(leaves)
            for i, alias in zip(places, aliases, strict=True):
                filled[i] = alias
            return optree.tree_unflatten(structure, filled)

        result, tape = recorder.record(self.fn, inputs, fill)
        if recorder.failure is not None:
            self.patience = 0
        elif tape is None:
            self.patience -= 1
        else:
            self._tapes[key] = tape
            for kept in (self._tapes, self._replays):
                for oldest in list(kept)[:-_KEPT]:
                    kept.pop(oldest, None)
        return result


def steps_beat_loops(fn, *args):
    return False  # loops are Python's here
