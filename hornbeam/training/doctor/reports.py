"""What a model says about its last run."""

from __future__ import annotations

from typing import Any

from hornbeam.training.doctor.finding import Diagnosis, Finding
from hornbeam.training.mistake import Mistake


def diagnosis_of(model: Any) -> Diagnosis:
    """What the `Doctor` of the last `fit` found; without one, what `fit` warned of or refused."""
    state = model.__hornbeam__.run_state
    if state.diagnosis is not None:
        return state.diagnosis
    history = state.history.history if state.history is not None else {}
    return Diagnosis([as_finding(mistake) for mistake in state.mistakes], history)


def as_finding(mistake: Mistake) -> Finding:
    """What `fit` warned of or refused, as a finding."""
    fix = mistake.fix[:1].upper() + mistake.fix[1:]
    return Finding(mistake.finding, f"{mistake.what}.", fix, "error" if mistake.is_error else "warning")
