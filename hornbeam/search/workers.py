"""Who trains: the caller, threads of this process, or joblib's processes and machines."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import threading
import warnings
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, settings
from hornbeam.core.integers import is_integer
from hornbeam.core.running import running, under
from hornbeam.core.turns import Turns
from hornbeam.search.data import Data
from hornbeam.search.fitting import Outcome, outcome_of
from hornbeam.search.plan import Job, Plan
from hornbeam.search.space import name_of
from hornbeam.search.together import at_once, units_of

Finished = Generator[tuple[Job, Outcome], None, None]

# More threads than cores: of those that take turns some wait for theirs, and leave a core idle.
_SPARE = 2


def outcomes(jobs: list[Job], plan: Plan) -> Finished:
    """Each job with what came of it, as they end."""
    elsewhere = joblib_workers()
    if elsewhere is not None and len(jobs) > 1:
        return _by_joblib(jobs, plan, *elsewhere)
    return here(jobs, plan)


def here(jobs: list[Job], plan: Plan) -> Finished:
    """The same, in this process."""
    n_jobs = _joblib_threads() if plan.n_jobs is None else plan.n_jobs
    units = units_of(jobs)
    workers = threads_for(n_jobs)
    if workers > 1 and n_jobs in (None, -1) and _take_turns():
        workers += _SPARE
    workers = min(workers, len(units))
    if workers > 1 or any(len(unit) > 1 for unit in units):
        return _by_threads(units, plan, workers)
    return ((job, outcome_of(job, plan)) for job in jobs)


def threads_for(n_jobs: int | None) -> int:
    """How many models are trained at once; -1 is one for each core."""
    if n_jobs is not None and (not is_integer(n_jobs) or n_jobs == 0 or n_jobs < -1):
        raise ValueError(
            f"`n_jobs` must be a positive integer, -1 for all cores, or None. Received: n_jobs={n_jobs!r}."
        )
    if n_jobs is None:
        return cores() if engine.devices()[0].startswith("cpu") else 1
    return cores() if n_jobs == -1 else int(n_jobs)


def cores() -> int:
    """The processor's cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _take_turns() -> bool:
    """Whether a fit mostly waits for programs; operations of PyTorch are too short to change threads for."""
    return engine.backend() != engine.TORCH


def _by_threads(units: list[list[Job]], plan: Plan, workers: int) -> Finished:
    """An error or Ctrl-C ends the others' fits after their epoch."""
    is_over, waiting, classes = threading.Event(), iter(units), running.custom_objects
    under_way: set[Future[list[tuple[Job, Outcome]]]] = set()
    pool = ThreadPoolExecutor(workers, "hornbeam-search")
    taken = Turns().taken if _take_turns() else contextlib.nullcontext

    def train(job: Job) -> tuple[Job, Outcome]:
        with under(custom_objects=classes):
            return job, outcome_of(job, plan, is_over)

    def train_unit(unit: list[Job]) -> list[tuple[Job, Outcome]]:
        if len(unit) > 1:
            return at_once(unit, train)
        with taken():
            return [train(unit[0])]

    def start(count: int) -> None:
        under_way.update(pool.submit(train_unit, unit) for unit in itertools.islice(waiting, count))

    try:
        start(workers)
        while under_way:
            done = wait(under_way, return_when=FIRST_COMPLETED).done
            under_way -= done
            start(len(done))
            for future in done:
                yield from future.result()
    finally:
        is_over.set()
        pool.shutdown(wait=True, cancel_futures=True)


def joblib_workers() -> tuple[Any, int | None] | None:
    """The backend that `joblib.parallel_config` names, and its workers; `None` for threads of ours."""
    joblib: Any = sys.modules.get("joblib.parallel")
    if joblib is None:
        return None
    backend, n_jobs = joblib.get_active_backend()
    is_chosen = n_jobs is not None or not isinstance(backend, joblib.LokyBackend)
    return (backend, n_jobs) if is_chosen and not getattr(backend, "uses_threads", False) else None


def _joblib_threads() -> int | None:
    """How many threads `joblib.parallel_config("threading", n_jobs=...)` names."""
    joblib: Any = sys.modules.get("joblib.parallel")
    return None if joblib is None else joblib.get_active_backend()[1]


def _by_joblib(jobs: list[Job], plan: Plan, backend: Any, n_jobs: int | None) -> Finished:
    """Arrays are arguments of their own, which the backends send once: as memory maps, or scattered."""
    from joblib import Parallel, delayed

    _check_sendable(jobs, plan)
    data, bare = plan.data, replace(plan, data=Data(None), folder=None)
    how = "generator_unordered" if getattr(backend, "supports_return_generator", False) else "list"
    work = delayed(_elsewhere)
    tasks = (work(_settings(), bare, *data, job) for job in jobs)
    finished = Parallel(n_jobs=n_jobs or plan.n_jobs, return_as=how)(tasks)
    try:
        for job, outcome in finished:
            if isinstance(outcome, Exception):
                raise outcome
            yield job, outcome
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib says which tasks were left
            getattr(finished, "close", lambda: None)()  # a list has nothing to end


def _check_sendable(jobs: list[Job], plan: Plan) -> None:
    """Raise for what cannot be sent to processes."""
    from joblib.externals.loky.cloudpickle_wrapper import dumps

    parts = {"build": plan.build, "callbacks": plan.callbacks, "objective": plan.objective.by}
    for name, part in {**parts, "space": [job.params for job in jobs]}.items():
        try:
            dumps(part)
        except Exception as error:
            raise TypeError(
                f"`{name}` must be something that can be pickled, since processes train with it. "
                f"Received: `{name_of(part)}`, which cannot: {str(error).rstrip('.')}; leave out what it holds, or "
                "train in threads."
            ) from None


def _settings() -> tuple[str, str, float, str]:
    return engine.backend(), dtypes.floatx(), settings.epsilon(), settings.image_data_format()


def _elsewhere(
    given: tuple[str, str, float, str], plan: Plan, x: Any, y: Any, sample_weight: Any, validation: Any, job: Job
) -> tuple[Job, Outcome | Exception]:
    backend, floatx, epsilon, image_data_format = given
    if engine.backend() != backend:
        engine.set_backend(backend)
    dtypes.set_floatx(floatx)
    settings.set_epsilon(epsilon)
    settings.set_image_data_format(image_data_format)
    try:
        return job, outcome_of(job, replace(plan, data=Data(x, y, sample_weight, validation)))
    except Exception as mistake:
        return job, mistake
