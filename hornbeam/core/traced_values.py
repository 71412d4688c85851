"""The sentence for code that asks a tensor for its numbers while a program is made, when it has none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hornbeam import engine
from hornbeam.core import staying
from hornbeam.core.renaming.notice import say
from hornbeam.core.tracebacks import instead


class NeedsNumbersError(TypeError):
    """The sentence: a class of its own, so that it is not taken for the engine's error, whose traceback it has.

    Attributes:
        where: what needs the numbers.
    """

    where = ""


def asked_for_value(error: BaseException) -> bool:
    """Whether `error` comes from NumPy, `float()`, `if` or the like on a traced tensor."""
    return engine.asked_for_value(error) or _is_from_numpy_on_tensor(error)


def no_value(where: str) -> NeedsNumbersError:
    """What is raised instead of it."""
    error = NeedsNumbersError(
        f"{where} needs the numbers of a tensor while its program is made, when there are none yet: NumPy's functions, "
        "`float()`, `if` and `.numpy()` cannot be applied to it. Use `hornbeam.ops`: `ops.log(x)` for `np.log(x)`, "
        "`ops.where(condition, a, b)` for `a if condition else b`, `x * a` for `a * x` for NumPy's `a`."
    )
    error.where = where
    return error


def runs_slowly(error: NeedsNumbersError) -> bool:
    """Whether what needs numbers runs operation by operation: in old code, which is told so."""
    if staying.everywhere():
        text = "needs the numbers of tensors: it runs operation by operation and slowly, as with `run_eagerly=True`."
        say(("numbers", error.where), f"{error.where} {text}")
    return staying.everywhere()


@contextmanager
def saying_where(where: str) -> Iterator[None]:
    """Inside, such an error becomes the sentence."""
    try:
        yield
    except Exception as error:
        if asked_for_value(error):
            raise instead(no_value(where), error).with_traceback(error.__traceback__)  # noqa: B904
        raise


def _is_from_numpy_on_tensor(error: BaseException) -> bool:
    """Whether a function of NumPy failed on a tensor: some call its method of the same name, in their own way."""
    frame = _innermost(error)
    if frame is None or not frame.f_globals.get("__name__", "").startswith("numpy."):
        return False
    return any(engine.is_traced(value) for value in frame.f_locals.values())


def _innermost(error: BaseException) -> FrameType | None:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else trace.tb_frame
