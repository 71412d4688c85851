"""Candidates of one structure whose steps are computed at once, and whether that is faster."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from hornbeam import engine
from hornbeam.search.lengths import structure_of
from hornbeam.search.plan import Job, Place, Plan
from hornbeam.training.programs.together import Together

_MOST = 32
# What is measured, twice, so that nothing is left to compile.
_EPOCHS = 2

Result = TypeVar("Result")
Run = Callable[[list[Job], Plan], Iterable[object]]


def placed(jobs: list[Job], plan: Plan) -> list[Job]:
    """Fits with places beside others of their structure, where models are trained together."""
    if plan.together is False or engine.backend() == engine.TORCH:
        return jobs
    groups: dict[str, list[int]] = defaultdict(list)
    for number, job in enumerate(jobs):
        groups[structure_of(job.params)].append(number)
    found = list(jobs)
    for numbers in groups.values():
        count = -(-len(numbers) // _MOST)
        for part in (numbers[i::count] for i in range(count)):
            for index, number in enumerate(part if len(part) > 1 else ()):
                found[number] = jobs[number]._replace(place=Place(part[0], index, len(part)))
    return found


def units_of(jobs: list[Job]) -> list[list[Job]]:
    """What is trained at once: fits of one group, or one alone."""
    groups: dict[object, list[Job]] = defaultdict(list)
    for number, job in enumerate(jobs):
        groups[("alone", number) if job.place is None else job.place.group].append(job)
    return list(groups.values())


def at_once(jobs: list[Job], train: Callable[[Job], Result]) -> list[Result]:
    """`train(job)` of one group, in a thread for each."""
    places = {job.place.number: job for job in jobs if job.place is not None}
    assert jobs[0].place is not None
    meeting = Together(places, jobs[0].place.size)

    def run(place: int) -> Result:
        with meeting.member(place):
            return train(places[place])

    with ThreadPoolExecutor(len(jobs), "hornbeam-together") as pool:
        return list(pool.map(run, places))


def is_faster(jobs: list[Job], plan: Plan, run: Run) -> bool:
    """Whether a few steps of these take less time together than in threads."""
    short = [job._replace(epochs=_EPOCHS) for job in jobs]
    bare = replace(plan, callbacks=None, folder=None)

    def seconds(jobs: list[Job]) -> float:
        began = time.perf_counter()
        list(run(jobs, bare))
        return time.perf_counter() - began

    apart = [job._replace(place=None) for job in short]
    return min(seconds(short) for _ in range(2)) < min(seconds(apart) for _ in range(2))
