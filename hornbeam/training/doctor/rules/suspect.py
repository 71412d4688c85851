"""`Suspect`: what a trial may confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hornbeam.training.doctor.finding import Finding


@dataclass
class Suspect:
    """A finding that a trial would confirm.

    Attributes:
        finding: what would be blamed.
        change: what to change at the start of the trial, on the trainer.
        options: of `Trials.after`.
        is_likely: whether the evidence is strong enough to try although nothing else says that the training was bad.
        is_unusual: whether no healthy model has what would be changed, so that less evidence is enough.
    """

    finding: Finding
    change: Callable[[Any], Any] = lambda trainer: None
    options: dict[str, Any] = field(default_factory=dict)
    is_likely: bool = False
    is_unusual: bool = False
