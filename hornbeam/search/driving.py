"""Optuna as the driver of a search: it proposes candidates, by what it was told of those before."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Unpack

from hornbeam.search import pruning
from hornbeam.search.plan import Job, Options, plan_of
from hornbeam.search.results import Candidate, Results
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
    prune: bool = False,
    **options: Unpack[Options],
) -> Results:
    """Try candidates that Optuna proposes.

    As many are proposed at once as models are trained at once, so what is proposed depends on `n_jobs`.

    Args:
        build, space, x, y, options: as for `random`.
        n: how many candidates.
        sampler: of Optuna; its `TPESampler` with the search's seed by default.
        study: an Optuna study of the objective's direction, which may know trials of before; by default a new one.
        prune: whether candidates end where the study's pruner says so after an epoch, by what it was told of others;
            of a new study, Optuna's `MedianPruner`. It needs one set of held-out rows, a name as objective, and no
            processes. What is pruned depends on how many are trained at once.

    Raises:
        ImportError: when Optuna is not installed.
    """
    library = _library()
    plan, known = plan_of("search.optuna", build, x, y, options), Space(space, build)
    mine = study or _study(library, sampler or library.samplers.TPESampler(seed=plan.seed))
    trials: dict[int, Any] = {}
    if prune:
        plan = pruning.watched(plan, trials, is_signed=study is None)
    search, n = Search(plan, f"optuna{', pruned' if prune else ''}, {count_of(n)} of {known}"), count_of(n)
    search.expect(n)
    width = threads_for(plan.n_jobs)
    for first in range(0, n, width):
        numbers = range(first, min(first + width, n))
        trials.update({number: mine.ask() for number in numbers})
        jobs = [Job(number, _proposed(trials[number], known)) for number in numbers]
        for one in search.run(jobs, of=n):
            sign = 1 if study is not None else search.sign
            if prune:
                pruning.tell_again(trials[one.number], one, sign, plan)
            value, state = _verdict(library.trial.TrialState, one, sign)
            mine.tell(trials[one.number], value, state=state)
        _check_direction(study, search.sign)
    return search.finish(range(n))


def _verdict(states: Any, one: Candidate, sign: int) -> tuple[float | None, Any]:
    """A trial's value, and its state where that does not follow."""
    if math.isnan(one.score):
        return None, states.FAIL
    is_pruned = any(outcome.is_pruned for outcome in one.outcomes.values())
    return (None, states.PRUNED) if is_pruned else (sign * one.score, None)


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
