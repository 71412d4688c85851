"""`compare`: which of some models is better, and whether that is more than noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

import numpy as np

from hornbeam.search import plots
from hornbeam.search.plan import Job, Options, Plan, plan_of
from hornbeam.search.results import Candidate, pandas_for
from hornbeam.search.running import Search
from hornbeam.search.space import name_of

Build = Callable[[], Any]
# Student's t at 97.5 %, by degrees of freedom.
_STUDENT = {
    1: 12.7,
    2: 4.3,
    3: 3.18,
    4: 2.78,
    5: 2.57,
    6: 2.45,
    7: 2.36,
    8: 2.31,
    9: 2.26,
    10: 2.23,
    15: 2.13,
    30: 2.04,
}


class _Chosen:
    """One function for all models: it is told which."""

    def __init__(self, builders: dict[str, Build]):
        self.builders = builders

    def __call__(self, model: str) -> Any:
        return self.builders[model]()


class Comparison:
    """The scores of some models, run after run, and what they say.

    Attributes:
        scores: of each model, by name: one number for each run. The runs of one number share rows and seed.
        best: the name of the model with the best mean.
    """

    def __init__(self, candidates: list[Candidate], sign: int, plan: Plan):
        self._candidates = {one.params["model"]: one for one in candidates}
        self.scores = {name: np.array(one.scores) for name, one in self._candidates.items()}
        self.objective, self._sign, self._overlap = plan.objective.name, sign or 1, overlap(plan)
        means = {name: self._sign * scores.mean() for name, scores in self.scores.items()}
        self.best = max(means, key=lambda name: -math.inf if math.isnan(means[name]) else means[name])

    def difference(self, name: str, other: str | None = None) -> tuple[float, float]:
        """How much better another model, the best by default, is than `name`, and how much of that may be noise.

        What is compared are runs on the same rows with the same seed. The noise is the half of a 95 % confidence
        interval of their mean difference (Nadeau and Bengio 2003, where folds overlap).
        """
        differences = self._sign * (self.scores[other or self.best] - self.scores[name])
        runs = len(differences)
        if runs < 2:
            return float(differences.mean()), math.inf
        student = _STUDENT[max(known for known in _STUDENT if known <= runs - 1)]
        noise = student * differences.std(ddof=1) * math.sqrt(1 / runs + self._overlap)
        return float(differences.mean()), float(noise)

    @property
    def table(self) -> Any:
        """A DataFrame, best first: mean and spread of the scores, the distance from the best, and its noise."""
        rows = []
        for name in self._ranked():
            behind, noise = self.difference(name)
            scores = self.scores[name]
            row = {"model": name, self.objective: scores.mean(), "spread": scores.std(), "runs": len(scores)}
            rows.append({**row, "behind": behind, "noise": noise, "beyond noise": behind > noise})
        return pandas_for("Tables of results").DataFrame(rows)

    def _ranked(self) -> list[str]:
        means = {name: -self._sign * float(scores.mean()) for name, scores in self.scores.items()}
        return sorted(means, key=lambda name: math.inf if math.isnan(means[name]) else means[name])

    def __str__(self) -> str:
        first, *others = self._ranked()
        lines = [f"`{first}` has the best {self.objective}: {self._in_words(first)}."]
        for name in others:
            behind, noise = self.difference(name)
            if math.isnan(behind):
                verdict = "it failed"
            elif math.isinf(noise):
                verdict = f"behind by {behind:.3g}; one run does not tell whether that is noise"
            elif behind > noise:
                verdict = f"worse beyond noise, by {behind:.3g} ± {noise:.2g}"
            else:
                verdict = f"no difference beyond noise ({behind:.3g} ± {noise:.2g})"
            lines.append(f"`{name}`: {self._in_words(name)}; {verdict}.")
        return "\n".join(lines)

    __repr__ = __str__

    def _in_words(self, name: str) -> str:
        scores = self.scores[name]
        return f"{scores.mean():.4g} ± {scores.std():.2g} in {len(scores)} run{'s' * (len(scores) > 1)}"

    def plot(self, metric: str | None = None, show: bool = False) -> Any:
        """The mean learning curve of each model, with the spread of its runs as a band; matplotlib's figure.

        Args:
            metric: which numbers; those that models are compared by on the held-out rows, or else the loss.
            show: whether to show it now.
        """
        names = list(self._candidates[self.best].history)
        wanted = metric or next((m for m in (f"val_{self.objective}", "val_loss") if m in names), "loss")
        figure, (axis,) = plots.figure_of(1)
        for name in self._ranked():
            histories = [outcome.history.get(wanted, []) for outcome in self._candidates[name].outcomes.values()]
            epochs = min(map(len, histories))
            if epochs:
                values = np.array([history[:epochs] for history in histories]).T
                plots.band(axis, range(1, epochs + 1), values, name)
        axis.set(xlabel="epoch", ylabel=wanted)
        axis.legend()
        return plots.finished(figure, show)


def overlap(plan: Plan) -> float:
    """How much the runs on different folds have in common: held-out rows by rows trained on."""
    if len(plan.splits) < 2:
        return 0.0
    sizes = [(len(train), len(test)) for train, test in plan.splits if train is not None and test is not None]
    return float(np.mean([test / train for train, test in sizes]))


def compare(
    builders: Mapping[str, Build] | Sequence[Build],
    x: Any,
    y: Any = None,
    *,
    repeats: int = 5,
    **options: Unpack[Options],
) -> Comparison:
    """Train some models several times, on the same rows with the same seeds, and compare them.

    Args:
        builders: functions without arguments by name, or a list of them; each returns a compiled model, or it and a
            dict of arguments of `fit`. `functools.partial(build, activation="relu")` makes one of a function of more.
        x, y: the data.
        repeats: how many seeds; with `folds`, for each fold.
        options: see `Options`.

    >>> import hornbeam, numpy as np
    >>> from functools import partial
    >>> def build(rate):
    ...     model = hornbeam.Sequential([hornbeam.Input((3,)), hornbeam.layers.Dense(1)])
    ...     model.compile(hornbeam.optimizers.Adam(rate), "mse")
    ...     return model
    >>> x = np.random.default_rng(0).normal(size=(40, 3))
    >>> builders = {"slow": partial(build, 1e-5), "fast": partial(build, 0.1)}
    >>> result = hornbeam.search.compare(builders, x, x.sum(axis=1), repeats=3, epochs=3)
    >>> result.best
    'fast'
    """
    named = dict(builders) if isinstance(builders, Mapping) else {name_of(build): build for build in builders}
    if len(named) < 2 or not all(map(callable, named.values())):
        raise TypeError(
            f"`builders` must be two functions or more, by name: each returns a compiled model. Received: {builders!r}."
        )
    plan = plan_of(
        "search.compare", _Chosen(named), x, y, {"curves": True, **options}, refit=False, repeats=_repeats(repeats)
    )
    search = Search(plan, f"comparison of {', '.join(named)} in {repeats} runs")
    search.expect(len(named))
    search.run([Job(number, {"model": name}) for number, name in enumerate(named)])
    return Comparison(search.finished(), search.sign, plan)


def _repeats(repeats: Any) -> int:
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise ValueError(f"`repeats` must be a positive integer. Received: repeats={repeats!r}.")
    return repeats
