"""What the code of a thread runs under: the one place for ambient state.

    with under(training=True):
        ...                       # running.training is True here, in this thread alone

Whoever enters something (a layer's call, a lifted function, a compiled step, the reading of a file) says so here, and
what was before comes back at the end. Arguments would have to go through users' code, which does not know them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any


class Running(threading.local):
    """One of these per thread; each name is set by `under`, and those that say so by a thread for good.

    Attributes:
        layers: the layers whose calls are running, outermost first.
        training: the flag that those calls share.
        reporters: where a layer that adds a loss puts itself, so that whoever runs the call can take the losses away.
        in_function: whether a loss or metric calls its function (`core/staying.py`).
        trainable: the `trainable` flags that count, by layer: those that `compile` saw; the layers' own by default.
        structure: what was found out about layers while these stay as they are, by layer and question.
        scope: the values that variables hold (`core/lift.py`).
        autocast: the dtype in which float variables are read.
        generator: what random numbers without a seed come from in a program; `None` where none is known to draw any.
        hyperparameters: the values that hyperparameters read as, by holder and name.
        traced: the function that compiled code is traced from, if it has to be.
        tape: what calls are written down on while they compute.
        known: the values of tensors of a graph, by `id`, where losses and metrics that name them compute
            (`core/known.py`).
        probe: the sizes that stand for unknown ones while shapes are inferred.
        counting: the metrics of each run that is going on, outermost first.
        fitting: the models that are being trained, outermost first.
        remat: which of the layers that are being made compute again what their gradients need: mode, size, names.
        host: what initial weights and orders are drawn from, where not from everyone's; `set_random_seed` in a thread
            sets it for good, and `unseeded` follows.
        unseeded: what numbers without a seed come from outside of programs, beside a `host`.
        names: the names above what is being built.
        counts: how often names were asked for, where not counted for the whole process (`core/naming.py`).
        custom_objects: the tables of users' names that configs may select from, innermost last.
        written: the objects of the config that is being written, numbered, by `id`.
        whole: whether configs hold as well what archives keep in files beside them (`saving/h5/`).
        read: the objects of the config that is being read, by their numbers.
        progress: what counts the bytes of a file that is written or read (`saving/progress.py`).
        watched: told of each layer's outputs, while the doctor looks (`training/doctor/step.py`).
        steps: how many steps a search runs of what is trained, as far as that is known (`search/`).
        together: computes a range of steps along with those of other threads (`training/programs/together.py`).
        memory: what an optimizer of old code remembers, while it says what is updated (`legacy/own_optimizers/`).
        turn: what this thread gives up while it waits, if it takes turns with others (`core/turns.py`).
        allowance: what variables wait with for their first values, while a config is read (`core/allowance.py`).
    """

    layers: tuple[Any, ...] = ()
    training: bool | None = None
    reporters: list[Any] | None = None
    in_function: bool = False
    trainable: Mapping[Any, bool] | None = None
    structure: dict[Any, Any] | None = None
    scope: Any = None
    autocast: str | None = None
    generator: Any = None
    hyperparameters: dict[tuple[int, str], Any] | None = None
    traced: Callable[..., Any] | None = None
    tape: Any = None
    known: Any = None
    probe: Mapping[str, int] | None = None
    counting: tuple[Any, ...] = ()
    fitting: tuple[Any, ...] = ()
    remat: tuple[str, int, tuple[str, ...]] | None = None
    host: Any = None
    unseeded: Any = None
    names: tuple[str, ...] = ()
    counts: Any = None
    custom_objects: tuple[dict[str, Any], ...] = ()
    written: dict[int, tuple[int, Any]] | None = None
    whole: bool = False
    read: dict[Any, Any] | None = None
    progress: Any = None
    watched: Callable[[Any, Any], None] | None = None
    steps: int | None = None
    together: Callable[[Any], Any] | None = None
    memory: Any = None
    turn: Any = None
    allowance: Any = None


running = Running()


class under:
    """Inside, `running` has these values."""

    __slots__ = ("_others",)

    def __init__(self, **values: Any):
        self._others = values

    def __enter__(self, *_: object) -> None:
        """Put the values in the place of those that are there, which are kept."""
        for name, value in self._others.items():
            self._others[name] = getattr(running, name)
            setattr(running, name, value)

    __exit__ = __enter__  # changed places again, all is as before


class tracing:
    """`under(traced=function)`, which is around each call of a program, in a third of the time."""

    __slots__ = ("_other",)

    def __init__(self, function: Callable[..., Any]):
        self._other: Any = function

    def __enter__(self, *_: object) -> None:
        running.traced, self._other = self._other, running.traced

    __exit__ = __enter__
