"""Whether a model has been harmed: it knows less than two regressions in closed form do.

It should be as good on the rows that it has seen as they are on rows that they have not. What costs nothing is asked
first: the history, then regressions on half of the rows, then those on all, then the model itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam.training.doctor.outputs import Output, is_linear
from hornbeam.training.doctor.reference import Reference

#: The regressions' skill is that of some hundred rows, give or take so much.
MARGIN = 0.12
#: Targets of neighbours in mixed rows correlate by 0, in sorted ones nearly by 1.
SORTED = 0.8


def _may_lag(e: Any, output: Output) -> bool:
    shown, glimpse = e.shown_skill(output, "val_"), e.glimpses.get(output.name)
    return shown is not None and glimpse is not None and shown < _as_shown(e, glimpse, output) - MARGIN


def lags(e: Any, output: Output, validated: Output) -> bool:
    """Whether the validation shows less of an output than regressions know of unseen rows, beyond chance."""
    shown = e.shown_skill(output, "val_")
    if shown is None or not _may_lag(e, output):
        return False
    reference = e.references[output.name]
    error = float(np.hypot(reference.error, validated.error_of(shown)))
    return shown < _as_shown(e, reference, output) - max(MARGIN, 1.5 * error)


def _as_shown(e: Any, reference: Reference, output: Output) -> float:
    """What a regression knows by the measure that the history has.

    Of classes without an accuracy that is a loss; of numbers whose errors are not squared, the root of what is
    left: errors half as large are a quarter when squared.
    """
    if is_linear(output):
        return 1 - max(0.0, 1 - reference.skill) ** 0.5
    by_loss = output.labels is not None and e.right_answers(output) is None
    return reference.score if by_loss else reference.skill


def deficit(e: Any, output: Output) -> float:
    """How much worse an output is than it should be; 0 where it is not."""
    if output.labels is None and output.kind != "numbers":
        return 0.0
    # What is shown of rows in the order of their targets was learnt a moment ago, and is forgotten at the end.
    is_sorted = e.likeness_of_neighbours(output) > SORTED
    shown = -1.0 if not e.run.is_finite else None if is_sorted else e.shown_skill(output)
    if shown is not None and (shown > 0.9 or _is_enough(e, shown, output)):
        return 0.0
    if shown is None and not is_sorted and _has_fallen(e.run):
        return 0.0
    reference = e.references.get(output.name)
    if reference is None:
        return 0.0 if e.run.is_finite else 1.0
    # Two standard errors: of rows that are hard to predict, 256 say little about what can be known. And outputs of one
    # model share its units: one that knows somewhat less than it would alone is not harmed.
    margin = max(MARGIN * min(len(e.outputs), 2), 2 * reference.error)
    wanted = reference.skill - margin
    enough = _as_shown(e, reference, output) - margin
    if wanted <= 0 or (shown is not None and shown >= enough) or _is_well_in_use(e, output, enough):
        return 0.0
    skill = e.train_skills.get(output.name, 0.0) if e.run.is_finite else -1.0
    return max(0.0, reference.skill - skill) if skill < wanted else 0.0


def _is_well_in_use(e: Any, output: Output, enough: float) -> bool:
    """Whether a model that shows too little while units are dropped and weights move knows enough afterwards."""
    skill = e.skill_in_use(output) if e.run.is_finite else None
    return skill is not None and skill >= enough


def _has_fallen(run: Any) -> bool:
    """Whether the loss has lost a tenth and more: all that can be asked where its formula is not known."""
    first, last = run.losses[0], run.losses[-1]
    return bool(len(run.losses) > 1 and last < first - 0.1 * abs(first))


def _is_enough(e: Any, shown: float, output: Output) -> bool:
    """Whether a model knows as much of its rows as regressions on 128 of them know of the others.

    Such a model is not harmed, since twice the rows would not make them better by the margin. Most that train well
    are; it is asked first because it takes a fifth of the time.
    """
    glimpse = e.glimpses.get(output.name)
    return glimpse is not None and shown >= _as_shown(e, glimpse, output)
