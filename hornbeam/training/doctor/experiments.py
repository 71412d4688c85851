"""Suspects tried one after another: those whose change brings back what is missing are to blame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.first_weights import large_first_weights
from hornbeam.training.doctor.rules.optimization import is_any_likely, suspects
from hornbeam.training.doctor.rules.suspect import Suspect

# A change is to blame when it brings back half of what is missing, and no less than a tenth of all there is; where no
# healthy model has what is changed, half of that.
SHARE, GAIN = 0.5, 0.1
# When so much is back, nothing else is tried.
ENOUGH = 0.85


def blamed(e: Evidence, found: list[Finding]) -> list[Finding]:
    """The findings that a trial has confirmed, with the share of what was missing that it brought back."""
    if not e.may_try or not e.trials.are_possible:
        return []
    worth_trying = _worth_trying(e, found)
    if not worth_trying:
        return []
    is_bad = e.deficit > 0
    now = _clipped(e.trials.skills()) if e.run.is_finite else [-0.2] * len(e.outputs)
    wanted = max([r.skill for r in e.references.values()], default=0.0)
    tried: list[tuple[Suspect, float]] = []
    for suspect in worth_trying:
        if any(
            s.finding.name == suspect.finding.name and gain > ENOUGH * max(wanted - min(now), GAIN) for s, gain in tried
        ):
            continue
        after = _tried(e, suspect)
        if after is None:
            continue
        gain = float(max((a - b for a, b in zip(_clipped(after), now, strict=True)), default=0.0))
        tried.append((suspect, gain))
        if gain >= max(ENOUGH * (wanted - min(now)), GAIN) and is_bad:
            break
    return _confirmed(tried, wanted - min(now, default=0.0))


def _worth_trying(e: Evidence, found: list[Finding]) -> list[Suspect]:
    """All suspects where a model was harmed; likely ones where it does badly on other rows alone.

    Whether it does is asked last: most trainings have nothing that is likely, and the regressions take milliseconds.
    """
    if e.deficit > 0:
        return list(suspects(e, found))
    if e.validation is not None and not e.looks_good and is_any_likely(e, found) and e.lags:
        return [suspect for suspect in suspects(e, found) if suspect.is_likely]
    return list(large_first_weights(e, found))


def _confirmed(tried: list[tuple[Suspect, float]], missing: float) -> list[Finding]:
    most = max([missing, *(gain for _, gain in tried)], default=1.0)
    best: dict[str, tuple[Suspect, float]] = {}
    for suspect, gain in tried:
        if gain > best.get(suspect.finding.name, (None, -1.0))[1]:
            best[suspect.finding.name] = suspect, gain
    return [
        replace(
            suspect.finding,
            severity="warning",
            share=min(gain / most, 1.0),
            message=f"{suspect.finding.message} So trained, it knew {min(gain, 1):.0%} more of what can be known.",
        )
        for suspect, gain in best.values()
        if gain >= GAIN * (0.5 if suspect.is_unusual else 1) and gain >= SHARE * most
    ]


def _clipped(skills: list[float | None]) -> list[float]:
    return [0.0 if skill is None else float(np.clip(skill, -0.2, 1)) for skill in skills]


def _tried(e: Evidence, suspect: Suspect) -> list[float | None] | None:
    """The skills after the suspect's change."""
    options: dict[str, Any] = dict(suspect.options)
    undo: Callable[[], None] = options.pop("undo", lambda: None)
    shuffle = options.pop("shuffle", None)
    source = e.run.source
    before = source.shuffle
    if shuffle is not None:
        source.shuffle = shuffle
    try:
        return e.trials.after(suspect.change, **options)
    finally:
        source.shuffle = before
        undo()
