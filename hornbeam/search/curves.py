"""Scores along a line: by the number of rows to train on, by the values of one parameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Unpack

import numpy as np

from hornbeam.core.integers import is_integer
from hornbeam.search import plots
from hornbeam.search.plan import Job, Options, Plan, plan_of
from hornbeam.search.results import Candidate, pandas_for
from hornbeam.search.running import Search
from hornbeam.search.space import check_names, shown


class Curve:
    """Scores on the rows that models were trained on, and on those held out.

    Attributes:
        name: what changes along the curve.
        values: its values.
        training, held_out: the scores, a row for each value and a column for each fold; NaN where a fit failed.
    """

    def __init__(self, name: str, values: Sequence[Any], objective: str, candidates: list[Candidate]):
        self.name, self.values, self.objective = name, list(values), objective
        outcomes = [[one.outcomes[i] for i in sorted(one.outcomes)] for one in candidates]
        self.held_out = np.array([[outcome.score for outcome in row] for row in outcomes])
        self.training = np.array([[_number(outcome.training_score) for outcome in row] for row in outcomes])

    @property
    def table(self) -> Any:
        """A DataFrame: the means and spreads over the folds."""
        columns: dict[str, Any] = {self.name: self.values}
        for what, scores in (("training", self.training), ("held out", self.held_out)):
            columns |= {what: scores.mean(axis=1), f"{what} spread": scores.std(axis=1)}
        return pandas_for("Tables of results").DataFrame(columns)

    def plot(self, show: bool = False) -> Any:
        """Both curves, with the spread of the folds as a band; matplotlib's figure."""
        figure, (axis,) = plots.figure_of(1)
        are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in self.values)
        x = self.values if are_numbers else [str(value) for value in self.values]
        plots.band(axis, x, self.training, "training")
        plots.band(axis, x, self.held_out, "held out")
        if are_numbers and min(self.values) > 0 and max(self.values) >= 50 * min(self.values):
            axis.set_xscale("log")
        axis.set(xlabel=self.name, ylabel=self.objective)
        axis.legend()
        return plots.finished(figure, show)

    def __repr__(self) -> str:
        means = ", ".join(f"{shown(v)}: {m:.4g}" for v, m in zip(self.values, self.held_out.mean(axis=1)))
        return f"<Curve of held-out {self.objective} by {self.name}: {means}>"


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def learning_curve(
    build: Callable[..., Any],
    x: Any,
    y: Any = None,
    *,
    sizes: Sequence[float] = (0.1, 0.325, 0.55, 0.775, 1.0),
    **options: Unpack[Options],
) -> Curve:
    """How well models do that are trained on more and more rows: whether more data would help.

    Args:
        build: returns a compiled model, or it and a dict of arguments of `fit`; called without arguments.
        x, y: the data.
        sizes: how many rows to train on, or shares of those there are.
        options: see `Options`.
    """
    plan = plan_of("search.learning_curve", build, x, y, options, refit=False, judges_training=True)
    check_names(build, [], "space")
    most = min(plan.data.rows if train is None else len(train) for train, _ in plan.splits)
    counts = [_count(size, most) for size in sizes]
    jobs = [Job(number, {}, rows=count) for number, count in enumerate(counts)]
    return _run(plan, "rows", counts, jobs)


def _count(size: Any, most: int) -> int:
    count = int(size) if is_integer(size, 1) else round(size * most) if 0 < size <= 1 else 0
    if not 1 <= count <= most:
        raise ValueError(
            f"`sizes` must be shares up to 1, or numbers of rows up to the {most} there are to train on. "
            f"Received: {size!r}."
        )
    return count


def validation_curve(
    build: Callable[..., Any], name: str, values: Sequence[Any], x: Any, y: Any = None, **options: Unpack[Options]
) -> Curve:
    """How well models do with one value of a parameter after the other: where they begin to overfit.

    Args:
        build: takes the parameter as a keyword; returns a compiled model, or it and a dict of arguments of `fit`.
        name: of the parameter, or of one of `fit`'s.
        values: its values.
        x, y, options: as for `learning_curve`.
    """
    plan = plan_of("search.validation_curve", build, x, y, options, refit=False, judges_training=True)
    check_names(build, [name], "name")
    return _run(plan, name, list(values), [Job(number, {name: value}) for number, value in enumerate(values)])


def _run(plan: Plan, name: str, values: list[Any], jobs: list[Job]) -> Curve:
    if not jobs:
        raise ValueError("A curve needs at least one value. Received: none.")
    search = Search(plan, f"curve by {name}, {shown(values)}")
    search.expect(len(jobs))
    search.run(jobs)
    return Curve(name, values, plan.objective.name, search.finished())
