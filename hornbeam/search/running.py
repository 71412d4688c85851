"""`Search`: candidates are run, written down and judged; the best is trained on all rows."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.core.naming import counted_apart
from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.rng import seeded
from hornbeam.core.running import under
from hornbeam.search.fitting import Outcome, built, fitted
from hornbeam.search.journal import Journal
from hornbeam.search.lengths import structure_of, with_steps
from hornbeam.search.plan import Job, Plan, described
from hornbeam.search.results import Candidate, Results
from hornbeam.search.together import is_faster, placed, units_of
from hornbeam.search.workers import here, outcomes
from hornbeam.training.programs.compiled import keeping_compiled

# The seed of the model that is trained on all rows, in the place of a fold's number.
_OF_ALL_ROWS = 2**31


class Search:
    """The candidates of one search, as far as they are known.

    Args:
        plan: what all fits have in common.
        what: in words, what is searched; a journal of another search is refused.
    """

    def __init__(self, plan: Plan, what: str):
        self.plan = plan
        self.journal = Journal(plan, what)
        self.candidates: dict[int, Candidate] = {}
        self.sign = 0
        self._steps: dict[int, int | None] = {}
        self._progress = Progress(resolve_verbose(plan.verbose, "predict"), None, None, unit="fit")
        self._done = 0
        self._progress.epoch_begin()

    def expect(self, candidates: int) -> None:
        """Say how many there will be, for the display."""
        self._progress.steps = candidates * len(self.plan.splits) * self.plan.repeats

    def run(self, candidates: Sequence[Job], of: int | None = None) -> list[Candidate]:
        """Train and judge candidates, each given as a fit on the first rows; those on the others follow.

        Args:
            candidates: those to run now.
            of: how many there will be, if there are more.
        """
        splits, repeats = range(len(self.plan.splits)), range(self.plan.repeats)
        runs = {job.candidate: Candidate(job.candidate, job.params, job.epochs) for job in candidates}
        jobs = [
            job._replace(split=split, repeat=repeat) for job in candidates for repeat in repeats for split in splits
        ]
        jobs = with_steps(jobs, self.plan, (of or len(candidates)) / max(len(candidates), 1))
        jobs = self._worth_it(placed(jobs, self.plan))
        self._steps |= {job.candidate: job.steps for job in jobs}
        for job, outcome in self._outcomes(jobs):
            runs[job.candidate].outcomes[job.repeat * len(splits) + job.split] = outcome
            self.sign = outcome.sign or self.sign
            self._show()
        for run in runs.values():
            self._tell(run)
        self.candidates |= runs
        return list(runs.values())

    def _worth_it(self, jobs: list[Job]) -> list[Job]:
        """Fits have no places where they are faster without, if that is to be measured; what was found stays so."""
        if self.plan.together != "auto":
            return jobs
        for unit in units_of(jobs):
            structure = structure_of(unit[0].params)
            if len(unit) > 1 and self.journal.choice(structure) is None:
                with keeping_compiled():
                    self.journal.choose(structure, is_faster(unit, self.plan, here))
        return [job if self.journal.choice(structure_of(job.params)) else job._replace(place=None) for job in jobs]

    def _outcomes(self, jobs: list[Job]) -> Iterable[tuple[Job, Outcome]]:
        known = [(job, self.journal.find(job)) for job in jobs]
        yield from ((job, outcome) for job, outcome in known if outcome is not None)
        missing = [job for job, outcome in known if outcome is None]
        with keeping_compiled(), contextlib.closing(outcomes(missing, self.plan)) as new:
            for job, outcome in new:
                self.journal.write(job, outcome)
                yield job, outcome

    def _show(self) -> None:
        self._done += 1
        self._progress.update(self._done)

    def _tell(self, run: Candidate) -> None:
        error = run.error
        if error is not None:
            warn_caller(f"Candidate {run.number} ({described(run.params)}) failed, and counts as the worst: {error}")

    def best_of(self, numbers: Iterable[int]) -> list[int]:
        """Candidates, best first; failed ones and those without a number last, and before they were run as they are."""

        def worth(number: int) -> float:
            run = self.candidates.get(number)
            if run is None:
                return 0.0
            return math.inf if math.isnan(run.score) else -self.sign * run.score

        return sorted(numbers, key=worth)

    def finish(self, last: Iterable[int]) -> Results:
        """What was found; `last` are the candidates among which the best is."""
        runs = self.finished()
        best = self.candidates[self.best_of(last)[0]]
        if math.isnan(best.score):
            first = next((run for run in runs if run.error is not None), None)
            why = (
                f"candidate {first.number} ({described(first.params)}): {first.error}"
                if first
                else "all scores are NaN"
            )
            raise ValueError(f"None of the {len(runs)} candidates could be trained and judged; {why}")
        model = self._refitted(best) if self.plan.refit else None
        return Results(runs, best, self.sign, self.plan.objective.name, model)

    def finished(self) -> list[Candidate]:
        """All candidates, in their order; the display ends."""
        self._progress.epoch_end()
        self._progress.close()
        return [self.candidates[number] for number in sorted(self.candidates)]

    def _refitted(self, best: Candidate) -> Any:
        """A model with the best parameters, trained on all rows."""
        plan = self.plan
        with counted_apart(), seeded([plan.seed, _OF_ALL_ROWS]), under(steps=self._steps[best.number]):
            model, arguments = built(plan, best.params)
            if plan.data.validation is not None:
                if arguments.get("callbacks") or plan.curves:
                    arguments.setdefault("validation_data", plan.data.validation)
            elif "validation_data" not in arguments:
                _without_validation(arguments, best)
            x, y, weight = plan.data.taken(None)
            fitted(model, x, y, weight, arguments)
        return model


def _without_validation(arguments: dict[str, Any], best: Candidate) -> None:
    """No rows are left to say when to stop: train for as many epochs as the folds took in the middle."""
    callbacks = arguments.pop("callbacks", None) or []
    epochs = [len(next(iter(outcome.history.values()), [])) for outcome in best.outcomes.values()]
    kept = [one for one in callbacks if not str(getattr(one, "monitor", "")).startswith("val_")]
    if len(kept) < len(callbacks):
        arguments["epochs"] = max(int(np.median(epochs)), 1)
    if kept:
        arguments["callbacks"] = kept
