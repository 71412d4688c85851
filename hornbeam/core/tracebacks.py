"""Tracebacks that lead to the user's line: what lies between it and the place of the error is left out.

`config.disable_traceback_filtering()` shows all of it.
"""

from __future__ import annotations

import dis
import functools
import itertools
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from hornbeam import engine
from hornbeam.core import settings

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = str(Path(__file__).parents[1])
_LIBRARY = sysconfig.get_path("stdlib")
#: What engines raise for arguments; their other errors, as about memory, are mostly classes of their own.
KINDS = (TypeError, ValueError, IndexError, RuntimeError, NotImplementedError, NameError, AssertionError)
_OF_DEVICES = ("CUDA", "cuDNN", "memory")
_RULE = "-" * 20
_RAISE = dis.opmap["RAISE_VARARGS"]


class WrongArgumentsError(TypeError, ValueError):
    """An operation or a layer was given what it cannot compute with."""


def short_traceback(fn: F) -> F:
    """A decorator for what users call: errors that come out of it are shortened."""

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            shorten(error)
            raise

    return wrapper  # type: ignore[return-value]


def shorten(error: BaseException) -> None:
    """Leave out the frames of Hornbeam, of Python's library and of the engine, but for the innermost one."""
    if not settings.is_traceback_filtering_enabled():
        return
    steps = _steps(error.__traceback__)
    kept = [step for step in steps if step is steps[-1] or not _is_inner(step)]
    for outer, inner in itertools.pairwise(kept):
        outer.tb_next = inner
    error.__traceback__ = kept[0] if kept else None
    if notes := getattr(error, "__notes__", None):  # an engine tells how to see its own frames
        notes[:] = [note for note in notes if not note.startswith(_RULE)]


@contextmanager
def noting(note: str) -> Iterator[None]:
    """Inside, an error that nothing is noted of gets a note about where it happened."""
    try:
        yield
    except Exception as error:
        if not getattr(error, "__notes__", None):
            error.add_note(note)
        raise


def instead(told: Exception, error: BaseException) -> Exception:
    """`told`, to be raised instead of `error`, which is its cause where tracebacks are whole."""
    told.__cause__ = None if settings.is_traceback_filtering_enabled() else error
    told.__suppress_context__ = True
    return told


def is_of_engine(error: BaseException, whole: bool = False) -> bool:
    """Whether the engine refused arguments, rather than a `raise` of Hornbeam's or code of the user's.

    Args:
        error: as it was caught.
        whole: whether no code of the user's may lie between here and there, either.
    """
    steps = _steps(error.__traceback__)
    if type(error) not in KINDS or not steps or any(word in str(error) for word in _OF_DEVICES):
        return False
    if not all(map(_is_inner, steps if whole else steps[-1:])):
        return False
    code = steps[-1].tb_frame.f_code
    is_ours = code.co_filename.startswith(_PACKAGE)
    return not (is_ours and code.co_code[steps[-1].tb_lasti] == _RAISE)


def _steps(trace: TracebackType | None) -> list[TracebackType]:
    steps = []
    while trace is not None:
        steps.append(trace)
        trace = trace.tb_next
    return steps


def _is_inner(step: TracebackType) -> bool:
    filename = step.tb_frame.f_code.co_filename
    if filename.startswith(_LIBRARY):
        filename = filename if "site-packages" in filename else "<frozen"
    return filename.startswith((_PACKAGE, "<frozen", *_of_engine(engine.backend())))


@functools.cache
def _of_engine(name: str) -> tuple[str, ...]:
    """The folders of an engine's packages, and of those that it checks arguments with; `jaxlib` lies beside `jax`."""
    packages = (name, "numpy", "opt_einsum")
    return tuple(path for package in packages for path in getattr(sys.modules.get(package), "__path__", ()))
