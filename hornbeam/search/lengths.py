"""How long models of one structure are trained in a search: the compiler takes its time accordingly."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hornbeam.core.integers import is_integer
from hornbeam.search.plan import Job, Plan
from hornbeam.search.space import OF_FIT, shown

_BATCH_SIZE = 32
# Parameters of `fit` that change nothing about what is compiled.
_NO_STRUCTURE = frozenset(OF_FIT) - {"batch_size"}


def with_steps(jobs: list[Job], plan: Plan, times: float = 1) -> list[Job]:
    """Fits, each with the steps that all those of its structure take together.

    Candidates that differ in floats alone count as of one structure. That is a guess, but the same one whenever the
    search is run: what is compiled for it is the same, too.

    Args:
        jobs: all fits, or some.
        plan: what they have in common.
        times: how many times as many fits there will be.
    """
    steps: Counter[str] = Counter()
    for job in jobs:
        steps[structure_of(job.params)] += _steps(job, plan)
    return [job._replace(steps=int(times * steps[structure_of(job.params)]) or None) for job in jobs]


def structure_of(params: dict[str, Any]) -> str:
    """Equal for candidates that are taken for those of one structure."""
    kept = {name: value for name, value in params.items() if not isinstance(value, float) and name not in _NO_STRUCTURE}
    return shown(kept)


def _steps(job: Job, plan: Plan) -> int:
    """The steps of one fit; 0 where they are not known."""
    given = {"batch_size": _BATCH_SIZE, **plan.fit, **job.params}
    epochs, size = job.epochs or given["epochs"], given["batch_size"]
    rows = job.rows or plan.rows_to_train_on(job.split)
    if rows is None or not (is_integer(epochs, 1) and is_integer(size, 1)):
        return 0
    return int(epochs * -(-rows // size))
