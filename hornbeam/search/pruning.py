"""Trials of Optuna that are told of each epoch, and end where others do better."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hornbeam.callbacks.base import Callback
from hornbeam.search.plan import Plan
from hornbeam.search.results import Candidate
from hornbeam.search.workers import joblib_workers


class Pruning(Callback):
    """Tells a trial of each epoch, and ends the fit where it says so.

    Args:
        trial: of Optuna.
        plan: of the search; its objective is what is told.
        is_signed: whether more is to be better.
    """

    def __init__(self, trial: Any, plan: Plan, is_signed: bool):
        self.trial, self.plan, self.is_signed = trial, plan, is_signed
        self.is_pruned = False

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        value = (logs or {}).get(f"val_{self.plan.objective.name}")
        if value is None:
            return
        sign = self.plan.objective.sign(self.model) if self.is_signed else 1
        self.trial.report(sign * float(value), epoch)
        if self.trial.should_prune():
            self.is_pruned = self.model.stop_training = True


def watched(plan: Plan, trials: dict[int, Any], is_signed: bool) -> Plan:
    """The plan with fits that tell the trials of their candidates.

    Raises:
        ValueError: where there is nothing that one trial could be told.
    """
    folds = len(plan.splits)
    reasons = {
        f"{folds} folds; hold out rows once, by `validation_split` or `validation_data`": folds > 1,
        f"objective={plan.objective.name!r}, a function; name a metric": callable(plan.objective.by),
        "processes of joblib; train in threads": joblib_workers() is not None,
    }
    reason = next((said for said, holds in reasons.items() if holds), None)
    if reason is not None:
        raise ValueError(f"`prune=True` needs one number after each epoch, in this process. Received: {reason}.")
    return replace(plan, watch=lambda job: Pruning(trials[job.candidate], plan, is_signed))


def tell_again(trial: Any, one: Candidate, sign: int, plan: Plan) -> None:
    """Tell a trial what was found in an earlier run, if it was trained in one."""
    known = trial.study.get_trials(deepcopy=False)[trial.number].intermediate_values
    for epoch, value in enumerate(one.history.get(f"val_{plan.objective.name}", [])):
        if epoch not in known:
            trial.report(sign * value, epoch)
