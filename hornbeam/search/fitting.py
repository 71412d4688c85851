"""One fit of a search: build, train, judge; the same in any thread, process and order."""

from __future__ import annotations

import copy
import math
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from hornbeam.callbacks.backup_and_restore import BackupAndRestore
from hornbeam.callbacks.base import Callback, told_later
from hornbeam.core.naming import counted_apart
from hornbeam.core.rng import seeded
from hornbeam.core.running import under
from hornbeam.models import Model
from hornbeam.search.objective import Mistake
from hornbeam.search.plan import Job, Plan, described
from hornbeam.search.space import OF_FIT, name_of, parameters_of


class Outcome(NamedTuple):
    """What came of a fit.

    Attributes:
        score: NaN where it failed.
        sign: whether more is better (1) or less (-1); 0 where that is not known.
        history: numbers by epoch.
        seconds: how long it took.
        training_score: on the rows that it was trained on, if that was asked for.
        compilations: how often something was compiled for it.
        error: what went wrong.
        is_pruned: whether it was ended because others do better.
    """

    score: float
    sign: int = 0
    history: dict[str, list[Any]] = {}
    seconds: float = 0.0
    training_score: float | None = None
    compilations: int = 0
    error: str | None = None
    is_pruned: bool = False


class Stop(Callback):
    """Ends a fit after its epoch when the search is over."""

    tells_of_nan = True  # the table of candidates does

    def __init__(self, is_over: threading.Event):
        self.is_over = is_over

    @told_later
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.is_over.is_set():
            self.model.stop_training = True


class AtEnd(BackupAndRestore):
    """Keeps a run when its last epoch ends, and not before."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._ended = True
        if self.model.stop_training or epoch + 1 >= (self.params or {})["epochs"]:
            self._keep(epoch + 1, 0, logs)


def outcome_of(job: Job, plan: Plan, is_over: threading.Event | None = None) -> Outcome:
    """One fit; an error in it is the candidate's own."""
    began = time.perf_counter()
    try:
        return _judged(job, plan, is_over, began)
    except Mistake as mistake:
        raise mistake.__cause__ or mistake from None
    except Exception as error:
        return Outcome(math.nan, seconds=time.perf_counter() - began, error=f"{type(error).__name__}: {error}")


def _judged(job: Job, plan: Plan, is_over: threading.Event | None, began: float) -> Outcome:
    train, test = plan.splits[job.split]
    if job.rows is not None:
        order = np.random.default_rng([plan.seed, job.split]).permutation(plan.data.rows if train is None else train)
        train = np.sort(order[: job.rows])
    x, y, weight = plan.data.taken(train)
    x_test, y_test, weight_test = held_out = plan.data.judging(test)
    watching = [plan.watch(job)] if plan.watch is not None else []
    if is_over is not None:
        watching.append(Stop(is_over))
    with counted_apart(), seeded([plan.seed, job.split, job.repeat]), under(steps=job.steps):
        model, arguments = built(plan, job.params)
        history = fitted(model, x, y, weight, _arguments_of(job, plan, arguments, held_out, watching))
        size = arguments.get("batch_size")
        score, sign = plan.objective.score(model, x_test, y_test, weight_test, size)
        on_training = plan.objective.score(model, x, y, weight, size)[0] if plan.judges_training else None
    seconds = time.perf_counter() - began
    is_pruned = any(getattr(one, "is_pruned", False) for one in watching)
    return Outcome(score, sign, history, seconds, on_training, model.compile_count(), is_pruned=is_pruned)


def _arguments_of(
    job: Job, plan: Plan, arguments: dict[str, Any], held_out: tuple[Any, ...], watching: list[Callback]
) -> dict[str, Any]:
    """The arguments of this candidate's `fit`, as this one of its fits has them."""
    callbacks = [*(arguments.get("callbacks") or ()), *watching]
    found = {**arguments, "callbacks": callbacks or None}
    if job.epochs is not None:
        found["epochs"] = job.epochs
    if plan.curves or plan.watch is not None or arguments.get("callbacks"):
        found.setdefault("validation_data", held_out if held_out[2] is not None else held_out[:2])
    if job.kept is not None:
        found["resume"] = AtEnd(f"{job.kept}/{job.candidate}-{job.split}-{job.repeat}", delete_checkpoint=False)
    return found


def fitted(model: Any, x: Any, y: Any, sample_weight: Any, arguments: dict[str, Any]) -> dict[str, list[Any]]:
    """Train, silently; returns the history as plain lists."""
    history = model.fit(x, y, sample_weight=sample_weight, **{"verbose": 0} | arguments).history
    return {name: [_plain(value) for value in values] for name, values in history.items()}


def _plain(value: Any) -> Any:
    return value if type(value) is float else np.asarray(value).tolist()


def built(plan: Plan, params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """A candidate's model, and the arguments of its `fit`."""
    takes, _ = parameters_of(plan.build)
    for_fit = {name: value for name, value in params.items() if name in OF_FIT and name not in takes}
    for_build = {name: value for name, value in params.items() if name not in for_fit}
    made = plan.build(**for_build)
    model, own = made if isinstance(made, tuple) and len(made) == 2 else (made, {})
    _check(plan.build, params, model, own)
    callbacks = plan.callbacks() if callable(plan.callbacks) else copy.deepcopy(plan.callbacks)
    arguments = {**plan.fit, **({"callbacks": callbacks} if callbacks else {}), **own, **for_fit}
    if isinstance(arguments.get("callbacks"), Callback):
        arguments["callbacks"] = [arguments["callbacks"]]
    return model, arguments


def _check(build: Callable[..., Any], params: dict[str, Any], model: Any, arguments: Any) -> None:
    call = f"{name_of(build)}({described(params) if params else ''})"
    expected = "`build` must return a compiled model, or `(model, fit arguments)`."
    if model is None:
        raise Mistake from TypeError(f"{expected} Received: None from `{call}`; end it with `return model`.")
    if not isinstance(model, Model):
        raise Mistake from TypeError(f"{expected} Received: {type(model).__name__} from `{call}`.")
    if not model.compiled:
        raise Mistake from ValueError(
            f"{expected} Received: a model from `{call}` that is not compiled; call `model.compile(...)` in it."
        )
    if not isinstance(arguments, dict):
        raise Mistake from TypeError(
            f"{expected} Received: {type(arguments).__name__} beside the model from `{call}`; give a dict such as "
            "{'batch_size': 32}."
        )
