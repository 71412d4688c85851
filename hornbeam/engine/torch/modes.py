"""What the running thread is doing with the functions it calls."""

import contextlib
import threading


class _Modes(threading.local):
    tracing = False  # inside `trace_shapes`
    differentiating = False  # inside `value_and_grad`


modes = _Modes()


@contextlib.contextmanager
def flagged(flag: str, value: bool):
    before = getattr(modes, flag)
    setattr(modes, flag, value)
    try:
        yield before
    finally:
        setattr(modes, flag, before)
