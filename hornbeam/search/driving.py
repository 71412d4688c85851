"""Optuna as the driver of a search: it proposes candidates, by what it was told of those before."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Unpack

from hornbeam.search.plan import Job, Options, plan_of
from hornbeam.search.results import Results
from hornbeam.search.running import Search
from hornbeam.search.space import Space, is_distribution
from hornbeam.search.strategies import count_of
from hornbeam.search.workers import threads_for


def optuna(
    build: Callable[..., Any],
    space: Mapping[str, Any],
    x: Any,
    y: Any = None,
    *,
    n: int = 20,
    sampler: Any = None,
    study: Any = None,
    **options: Unpack[Options],
) -> Results:
    """Try candidates that Optuna proposes.

    As many are proposed at once as models are trained at once, so what is proposed depends on `n_jobs`.

    Args:
        build, space, x, y, options: as for `random`.
        n: how many candidates.
        sampler: of Optuna; its `TPESampler` with the search's seed by default.
        study: an Optuna study of the objective's direction, which may know trials of before; by default a new one.

    Raises:
        ImportError: when Optuna is not installed.
    """
    library = _library()
    plan, known = plan_of("search.optuna", build, x, y, options), Space(space, build)
    search, n = Search(plan, f"optuna, {count_of(n)} of {known}"), count_of(n)
    mine = study or _study(library, sampler or library.samplers.TPESampler(seed=plan.seed))
    search.expect(n)
    width = threads_for(plan.n_jobs)
    for first in range(0, n, width):
        trials = {number: mine.ask() for number in range(first, min(first + width, n))}
        params = {number: _proposed(trial, known) for number, trial in trials.items()}
        for one in search.run([Job(number, params[number]) for number in trials], of=n):
            sign = 1 if study is not None else search.sign
            failed = math.isnan(one.score)
            state = library.trial.TrialState.FAIL if failed else None
            mine.tell(trials[one.number], None if failed else sign * one.score, state=state)
        _check_direction(study, search.sign)
    return search.finish(range(n))


def _library() -> Any:
    try:
        import optuna as library
    except ImportError:
        raise ImportError("`search.optuna` needs the package `optuna`: `pip install optuna`.") from None
    return library


def _study(library: Any, sampler: Any) -> Any:
    with _quiet(library):
        return library.create_study(direction="maximize", sampler=sampler)


@contextmanager
def _quiet(library: Any) -> Iterator[None]:
    before = library.logging.get_verbosity()
    library.logging.set_verbosity(library.logging.WARNING)
    try:
        yield
    finally:
        library.logging.set_verbosity(before)


def _check_direction(study: Any, sign: int) -> None:
    if study is None or not sign:
        return
    wanted = "maximize" if sign > 0 else "minimize"
    if study.direction.name.lower() != wanted:
        raise ValueError(
            f"`study` must have the objective's direction, {wanted!r}. Received: {study.direction.name.lower()!r}."
        )


def _proposed(trial: Any, space: Space) -> dict[str, Any]:
    return {name: _suggested(trial, name, value) for name, value in space.values.items()}


def _suggested(trial: Any, name: str, value: Any) -> Any:
    """A list's items go by their numbers where Optuna cannot hold them; other distributions by their quantiles."""
    if isinstance(value, list):
        if all(item is None or isinstance(item, bool | int | float | str) for item in value):
            return trial.suggest_categorical(name, value)
        return value[trial.suggest_categorical(name, list(range(len(value))))]
    assert is_distribution(value)
    kind, (low, high) = value.dist.name, map(float, value.support())
    if kind == "randint":
        return trial.suggest_int(name, int(low), int(high))
    if kind in ("uniform", "loguniform", "reciprocal"):
        return trial.suggest_float(name, low, high, log=kind != "uniform")
    found = value.ppf(trial.suggest_float(name, 0.0, 1.0))
    return found.item() if hasattr(found, "item") else found
