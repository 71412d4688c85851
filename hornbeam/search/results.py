"""`Results`: what a search has found, as a table and in plots."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hornbeam.search import plots
from hornbeam.search.fitting import Outcome
from hornbeam.search.plan import described


@dataclass
class Candidate:
    """One set of parameters and what came of it.

    Attributes:
        number: its place in the search.
        params: its parameters.
        epochs: what it was trained for, where the search says.
        outcomes: of its fits, by fold.
    """

    number: int
    params: dict[str, Any]
    epochs: int | None = None
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    @property
    def scores(self) -> list[float]:
        """By fold."""
        return [self.outcomes[split].score for split in sorted(self.outcomes)]

    @property
    def score(self) -> float:
        """The mean of the folds; NaN where one of them failed."""
        return float(np.mean(self.scores)) if self.scores else math.nan

    @property
    def error(self) -> str | None:
        """What went wrong, if something did."""
        return next((self.outcomes[split].error for split in sorted(self.outcomes) if self.outcomes[split].error), None)

    @property
    def seconds(self) -> float:
        """How long its fits took, in sum."""
        return sum(outcome.seconds for outcome in self.outcomes.values())

    @property
    def history(self) -> dict[str, list[float]]:
        """The mean of the folds' numbers, epoch by epoch, as far as all of them went."""
        histories = [outcome.history for outcome in self.outcomes.values()]
        names = [name for name in histories[0] if all(name in other for other in histories)] if histories else []
        return {name: [float(np.mean(row)) for row in zip(*(h[name] for h in histories))] for name in names}


class Results:
    """What a search has found.

    Attributes:
        candidates: all of them, in the order of the search.
        best: the best one.
        best_params, best_score: its parameters and its score, the mean over the folds.
        best_model: a model with these parameters, trained on all rows; `None` with `refit=False`.
        compilations: how often something was compiled, in all fits together.
    """

    def __init__(self, candidates: list[Candidate], best: Candidate, sign: int, objective: str, best_model: Any):
        self.candidates, self.best, self.best_model = candidates, best, best_model
        self.objective, self.higher_is_better = objective, sign > 0
        self.best_params, self.best_score = best.params, best.score
        self.compilations = sum(outcome.compilations for one in candidates for outcome in one.outcomes.values())

    @property
    def table(self) -> Any:
        """A DataFrame, best first: rank, score and its spread over the folds, parameters, seconds, error.

        Raises:
            ImportError: when pandas is not installed.
        """
        rows = []
        for one in self.ranked():
            spread = float(np.std(one.scores)) if one.scores else math.nan
            epochs = {} if one.epochs is None else {"epochs": one.epochs}
            scores = {f"fold {split}": score for split, score in enumerate(one.scores)} if len(one.scores) > 1 else {}
            head = {"candidate": one.number, "score": one.score, "spread": spread}
            rows.append({**head, **one.params, **epochs, **scores, "seconds": one.seconds, "error": one.error})
        table = pandas_for("Tables of results").DataFrame(rows)
        return table.drop(columns="error") if table["error"].isna().all() else table

    def ranked(self) -> list[Candidate]:
        """The candidates, best first; those that were trained for longer before others, failed ones last."""
        sign = 1 if self.higher_is_better else -1

        def worth(one: Candidate) -> tuple[Any, ...]:
            return math.isnan(one.score), -(one.epochs or 0), -sign * one.score if not math.isnan(one.score) else 0.0

        return sorted(self.candidates, key=worth)

    def plot(self, *parameters: str, show: bool = False) -> Any:
        """The scores by each parameter; matplotlib's figure."""
        return plots.by_parameter(self, parameters, show)

    def plot_curves(self, n: int = 5, metric: str | None = None, show: bool = False) -> Any:
        """The learning curves of the `n` best candidates; matplotlib's figure.

        Args:
            n: how many.
            metric: which numbers; those that candidates are compared by, where they were recorded, or else the loss.
            show: whether to show it now.
        """
        return plots.curves(self, n, metric, show)

    def __repr__(self) -> str:
        failed = sum(one.error is not None for one in self.candidates)
        rest = f", {failed} failed" if failed else ""
        return (
            f"<Results of {len(self.candidates)} candidates{rest}: best {self.objective} {self.best_score:.4f} with "
            f"{described(self.best_params)}>"
        )

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())


def pandas_for(what: str) -> Any:
    """The package pandas, or the error that it is missing."""
    try:
        import pandas
    except ImportError:
        raise ImportError(f"{what} need the package `pandas`: `pip install hornbeam[pandas]`.") from None
    return pandas
