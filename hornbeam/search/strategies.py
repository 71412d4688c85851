"""Which candidates are tried: random ones, all of a grid, or many of which the better half goes on."""

from __future__ import annotations

import contextlib
import math
import random as stdlib_random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from hornbeam.search.plan import Job, Options, Plan, plan_of
from hornbeam.search.results import Results
from hornbeam.search.running import Search
from hornbeam.search.space import Space

Build = Callable[..., Any]


def random(
    build: Build, space: Mapping[str, Any], x: Any, y: Any = None, *, n: int = 20, **options: Unpack[Options]
) -> Results:
    """Try candidates drawn at random.

    Args:
        build: takes parameters as keywords; returns a compiled model, or it and a dict of arguments of `fit`.
        space: for each parameter a list of values, a range or a scipy distribution.
        x, y: arrays, DataFrames, or lists and dicts of those for several inputs.
        n: how many candidates; of a space of lists alone, no candidate comes twice.
        options: see `Options`.

    >>> import hornbeam, numpy as np
    >>> def build(units, rate):
    ...     model = hornbeam.Sequential([hornbeam.layers.Dense(units, "relu"), hornbeam.layers.Dense(1)])
    ...     model.compile(hornbeam.optimizers.Adam(rate), "mse")
    ...     return model
    >>> x = np.random.default_rng(0).normal(size=(40, 3))
    >>> space = {"units": [2, 4], "rate": [0.001, 0.01]}
    >>> found = hornbeam.search.random(build, space, x, x.sum(axis=1), n=3, folds=2, epochs=1)
    >>> sorted(found.best_params), len(found.candidates)
    (['rate', 'units'], 3)
    """
    plan = plan_of("search.random", build, x, y, options)
    candidates = Space(space, build).sample(count_of(n), np.random.default_rng([plan.seed, 0xCA4D]))
    return _all_of(candidates, plan, f"random, {len(candidates)} of {Space(space, build)}")


def grid(build: Build, space: Mapping[str, Any], x: Any, y: Any = None, **options: Unpack[Options]) -> Results:
    """Try all candidates of a space of lists and ranges; arguments as for `random`."""
    plan = plan_of("search.grid", build, x, y, options)
    return _all_of(Space(space, build).grid(), plan, f"grid, {Space(space, build)}")


def halving(
    build: Build,
    space: Mapping[str, Any],
    x: Any,
    y: Any = None,
    *,
    n: int = 27,
    factor: int = 3,
    go_on: bool = False,
    **options: Unpack[Options],
) -> Results:
    """Train many candidates for few epochs, keep the best, and train those for longer.

    Args:
        build, space, x, y, options: as for `random`; `epochs` is what the last candidates are trained for.
        n: how many candidates there are at first.
        factor: one in so many goes on, for so many times the epochs.
        go_on: whether they go on from where they were, which costs less; by default they start again, so that what
            depends on the number of epochs, such as a schedule in the builder, can be made for the longer run.
    """
    if not isinstance(factor, int) or factor < 2:
        raise ValueError(f"`factor` must be an integer of at least 2. Received: factor={factor!r}.")
    plan = plan_of("search.halving", build, x, y, options)
    candidates = Space(space, build).sample(count_of(n), np.random.default_rng([plan.seed, 0xCA4D]))
    rungs = rungs_of(len(candidates), factor, plan.fit["epochs"])
    how = f"halving by {factor}{', going on' if go_on else ''}"
    search = Search(plan, f"{how}, {len(candidates)} of {Space(space, build)}")
    alive = list(range(len(candidates)))
    search.expect(sum(count for count, _ in rungs))
    with _runs_kept(plan) if go_on else contextlib.nullcontext() as kept:
        for count, epochs in rungs:
            alive = search.best_of(alive)[:count]
            search.run([Job(number, candidates[number], epochs=epochs, kept=kept) for number in sorted(alive)])
    return search.finish(alive)


@contextlib.contextmanager
def _runs_kept(plan: Plan) -> Iterator[str]:
    """A folder for runs, which bring the numbers of Python and NumPy back to where they were: the caller's stay."""
    folder = tempfile.mkdtemp("hornbeam") if plan.folder is None else str(Path(plan.folder) / "runs")
    before = stdlib_random.getstate(), np.random.get_state()
    try:
        yield folder
    finally:
        stdlib_random.setstate(before[0])
        np.random.set_state(before[1])
        if plan.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def rungs_of(candidates: int, factor: int, epochs: int) -> list[tuple[int, int]]:
    """How many candidates are trained for how many epochs, rung by rung.

    >>> rungs_of(9, 3, 30)
    [(9, 3), (3, 10), (1, 30)]
    """
    most = int(math.log(max(candidates, 1), factor) + 1e-9)
    while most and epochs // factor**most < 1:
        most -= 1
    return [(-(-candidates // factor**i), epochs // factor ** (most - i)) for i in range(most + 1)]


def _all_of(candidates: list[dict[str, Any]], plan: Plan, what: str) -> Results:
    search = Search(plan, what)
    search.expect(len(candidates))
    search.run([Job(number, params) for number, params in enumerate(candidates)])
    return search.finish(range(len(candidates)))


def count_of(n: Any) -> int:
    """`n`, checked."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"`n` must be a positive integer. Received: n={n!r}.")
    return int(n)
