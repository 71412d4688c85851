"""`tf.summary`: numbers, histograms and images for TensorBoard, written as the callback `TensorBoard` writes them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.callbacks.tensorboard.event_file import EventFile
from hornbeam.callbacks.tensorboard.summary import Summary

_writers: list[Any] = []
_step: list[Any] = [None]
_scopes: list[str] = []


class Writer:
    """Writes to a new file in a folder; `with writer.as_default():` is where functions of `tf.summary` write to it."""

    def __init__(self, logdir: Any, *_: Any, **__: Any):
        self.summary = Summary(EventFile(os.fspath(logdir)), lambda: 0)

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[Writer]:
        """Inside, what is written goes here."""
        before = _step[0]
        _step[0] = before if step is None else step
        _writers.append(self)
        try:
            yield self
        finally:
            _writers.pop()
            _step[0] = before

    def set_as_default(self, step: Any = None) -> None:
        """From now on, what is written goes here."""
        _writers.append(self)

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Write the numbers of a `tf.Summary`, as in TensorFlow 1."""
        for value in summary.value:
            self.summary.scalar(value.tag, float(value.simple_value), int(global_step or 0))

    def flush(self) -> None:
        """Nothing waits."""

    close = init = add_graph = flush

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


create_file_writer = FileWriter = Writer


def create_noop_writer() -> Any:
    """A writer into nothing."""
    return contextlib.nullcontext()


def _write(kind: str, name: str, data: Any, step: Any) -> None:
    if _writers:
        at = _step[0] if step is None else step
        if at is None:
            raise ValueError(f"`tf.summary.{kind}` needs a `step`. Received: step=None for {name!r}.")
        getattr(_writers[-1].summary, kind)("/".join([*_scopes, name]), np.asarray(data), step=int(at))


def scalar(name: str, data: Any, step: Any = None, description: Any = None) -> None:
    """A number."""
    _write("scalar", name, data, step)


def histogram(name: str, data: Any, step: Any = None, buckets: Any = None, description: Any = None) -> None:
    """How many of some numbers are where."""
    _write("histogram", name, data, step)


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: Any = None) -> None:
    """The first of some images, in gray."""
    pixels = np.asarray(data)[:max_outputs]
    if pixels.shape[-1] > 1:
        pixels = pixels[..., :3].mean(-1, keepdims=True).astype(pixels.dtype)
    _write("image", name, pixels, step)


def text(name: str, data: Any, step: Any = None, description: Any = None) -> None:
    """Nothing: texts are not written."""


audio = trace_on = trace_export = trace_off = graph = text


@contextlib.contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Inside, names begin with another."""
    _scopes.append(name)
    try:
        yield name
    finally:
        _scopes.pop()


def should_record_summaries() -> bool:
    """Whether there is a writer."""
    return bool(_writers)


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Inside, things are written if a condition holds."""
    before = list(_writers)
    if not (condition() if callable(condition) else condition):
        _writers.clear()
    try:
        yield
    finally:
        _writers[:] = before


class experimental:
    """`tf.summary.experimental`."""

    @staticmethod
    def set_step(step: Any) -> None:
        """The step of what is written without one."""
        _step[0] = step

    @staticmethod
    def get_step() -> Any:
        return _step[0]


class Value:
    """A number of a `Summary`."""

    def __init__(self, tag: str = "", simple_value: float = 0.0):
        self.tag, self.simple_value = tag, simple_value


class _Values(list[Value]):
    def add(self, **settings: Any) -> Value:
        """One more, to be filled."""
        self.append(Value(**settings))
        return self[-1]


class OldSummary:
    """`tf.Summary` of TensorFlow 1: numbers by name."""

    Value = Value

    def __init__(self, value: Any = ()):
        self.value = _Values(value)
