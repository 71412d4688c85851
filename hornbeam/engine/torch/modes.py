"""What the running thread is doing with the functions it calls."""

import contextlib
import functools
import threading
from typing import Any


class _Modes(threading.local):
    tracing = False  # inside `trace_shapes`
    differentiating = False  # inside `value_and_grad`
    in_module = False  # inside a module of PyTorch
    kept_gradients: Any = None  # the tensors by `id`, in a step of the user's
    recorder: Any = None  # writing down a call of a compiled function


modes = _Modes()


@contextlib.contextmanager
def flagged(flag: str, value: bool):
    before = getattr(modes, flag)
    setattr(modes, flag, value)
    try:
        yield before
    finally:
        setattr(modes, flag, before)


def recordable(fn):
    """`fn` as one instruction of a recording: it looks at values, and each call must look at its own."""

    @functools.wraps(fn)
    def call(*args):
        recorder = modes.recorder
        if recorder is None or modes.tracing:
            return fn(*args)
        return recorder.call(fn, *args)

    return call


def is_recorded(x) -> bool:
    """Whether `x` is a tensor that may have another value when the running call is replayed."""
    recorder = modes.recorder
    return recorder is not None and recorder.follows(x)
