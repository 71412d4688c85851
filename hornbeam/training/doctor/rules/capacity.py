"""Rules about what training has made: too much learnt by heart, too little learnt, averages that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import comb
from typing import NamedTuple

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.layers.normalization.batch_normalization import BatchNormalization
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding, Severity
from hornbeam.training.doctor.outputs import Output, constant_loss
from hornbeam.training.doctor.rules import data
from hornbeam.training.doctor.wiring import path_of
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.programs.batch import Batch

# The validation's loss at the end beside its best, where that of the training fell by FELL: a quarter more is usual,
# and for a few rows three standard errors of a mean of squares are more than that.
WORSE, ROWS_OF_NOISE, FELL = 1.35, 3.0, 0.7
# Probabilities become extreme, and a few confident mistakes double their loss while the classes stay right. An alarm
# is a loss that has trebled; for other losses, one that has lost so much of what there is to know.
TREBLED, LOST = 3.0, 0.3
# And the skills, of which 1 is perfect: on the training beside the validation, two standard errors at least.
GAP = 0.2
# Or so many standard errors of right answers were lost; the best epoch of many is a lucky one.
RIGHT_LOST, RIGHT_ERRORS = 0.1, 2.5
# What a model that knows nothing shows on some hundred rows.
CHANCE = 0.12


class _Curve(NamedTuple):
    """The loss of the validation: at its best epoch, at the end, and that of the training."""

    best: int
    low: float
    end: float
    training: float
    epochs: int


def overfitting(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    if e.run.keeps_best:
        return
    for output, other in zip(e.outputs, e.validated, strict=False):
        curve = _curve(e, output, len(other.target) if other.target is not None else 0)
        if curve is None or not (severity := _overfits(e, output, other, curve)):
            continue
        yield Finding(
            "overfitting",
            f"The validation's loss was best after epoch {curve.best + 1} ({curve.low:.3g}) and is {curve.end:.3g} "
            f"after {curve.epochs}, while that of the training fell to {curve.training:.3g}.",
            f"Stop at the best: `callbacks=[EarlyStopping(patience={max(3, curve.best // 3)}, "
            "restore_best_weights=True)]`; fewer units, `Dropout(0.3)` or more data make the best better.",
            severity,
            {"best_epoch": curve.best + 1, "output": output.name},
        )
        return


def _curve(e: Evidence, output: Output, rows: int) -> _Curve | None:
    """Where the validation's loss has risen beyond noise, and that of the training fallen."""
    name = "loss" if len(e.outputs) == 1 else f"{output.name}_loss"
    losses, judged = (np.array(e.run.history.get(part + name, []), float) for part in ("", "val_"))
    if len(judged) < 5 or len(judged) != len(losses) or not np.isfinite([*losses, *judged]).all() or not rows:
        return None
    best, end = int(np.argmin(judged)), float(judged[-max(1, len(judged) // 10) :].mean())
    is_late, fell = best > 0.75 * len(judged), losses[-1] < FELL * losses[best]
    if is_late or not fell or end < max(WORSE, 1 + ROWS_OF_NOISE / np.sqrt(rows)) * judged[best]:
        return None
    return _Curve(best, float(judged[best]), end, float(losses[-1]), len(judged))


def _overfits(e: Evidence, output: Output, other: Output, curve: _Curve) -> Severity | None:
    """A warning where much was lost; a note where probabilities became extreme, and little else."""
    mine, judged = e.shown_skill(output), e.shown_skill(output, "val_")
    has_trebled = curve.end > TREBLED * curve.low
    if (mine is None or judged is None) and has_trebled:
        mine, judged = e.train_skills.get(output.name), e.validation_skills.get(output.name)
    if mine is None or judged is None or mine < 0.5 or mine - judged < max(GAP, 2 * other.error_of(judged)):
        return None
    worst = constant_loss(other)
    is_lost = worst is None or curve.end - curve.low > LOST * worst
    is_sure = is_lost and (has_trebled or other.labels is None)
    return "warning" if is_sure or _fewer_are_right(e, output, other, curve) else "note"


def _fewer_are_right(e: Evidence, output: Output, other: Output, curve: _Curve) -> bool:
    """Whether fewer answers are right than at the best epoch, beyond chance."""
    right = e.right_answers(output, "val_")
    if right is None:
        return False
    width = max(1, curve.epochs // 10)
    before, now = right[curve.best : curve.best + width].mean(), right[-width:].mean()
    return bool(before - now > max(RIGHT_LOST, RIGHT_ERRORS * other.error_of(now)))


# Of averages that hold less of what they started from, 0 and 1, nobody needs to ask.
BEHIND = 0.02


def batchnorm_statistics(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    layers = [layer for layer in e.wiring.layers if isinstance(layer, BatchNormalization)]
    if not layers or not e.run.is_finite or not e.run.losses:
        return
    updates = e.run.epochs * (e.run.source.steps or 1)
    slowest = max(layers, key=lambda layer: layer.momentum)
    behind = float(slowest.momentum) ** updates
    if behind < BEHIND:
        return
    for output in e.outputs:
        shown, judged = e.shown_skill(output), e.shown_skill(output, "val_")
        # The validation is judged in inference mode: where it is as good, the averages are.
        if shown is None or (judged is not None and shown - judged < GAP):
            continue
        used = e.skill_in_use(output)
        used = e.train_skills.get(output.name) if used is None else used
        if used is not None and shown - used > GAP and shown > 0.2:
            yield Finding(
                "batchnorm_statistics",
                f"In training output `{output.name}` reached {shown:.0%} of what there is to know, and in use it has "
                f"{max(used, 0):.0%} on the same rows: after {updates} updates the averages of `{path_of(slowest)}` "
                f"(`momentum={slowest.momentum:g}`) still hold {behind:.0%} of what they started from.",
                f"`BatchNormalization(momentum={_fitting_momentum(updates):g})`, or train for longer.",
                values={"momentum": _fitting_momentum(updates), "updates": updates},
            )
            return


def _fitting_momentum(updates: int) -> float:
    """A momentum of which a thirtieth is left after a third of the updates."""
    return float(np.clip(round(0.03 ** (3 / max(updates, 3)), 3), 0.5, 0.99))


def class_imbalance(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """A rare class that the model hardly ever finds."""
    for note in [f for f in found if f.name == "class_imbalance"]:
        output = next(o for o in e.outputs if o.name == note.values["output"])
        shown = e.shown_skill(output)
        is_good = shown is not None and shown > 0.8
        if not e.run.is_finite or is_good or _must_find_half(e, output, note.values["share"]):
            continue
        parts = list(_recalls(e, output, note.values["class"]))
        together = (sum(few for few, _ in parts), sum(rows for _, rows in parts))
        seldom = [part for part in [*parts, together] if _seldom(*part)]
        if seldom:
            recall = min(few / rows for few, rows in seldom)
            yield Finding(
                "class_imbalance",
                f"{note.message} The model finds {recall:.0%} of its rows.",
                note.fix,
                values={**note.values, "recall": recall},
            )


def _must_find_half(e: Evidence, output: Output, share: float) -> bool:
    """Whether so few answers are wrong, in training and validation, that half of the rare rows must be found."""
    assert output.labels is not None
    common = np.bincount(output.labels).max() / output.labels.size
    parts = [e.right_answers(output, part) for part in ("", "val_")[: 1 if e.validation is None else 2]]
    return all(right is not None and (1 - right[-1]) * (1 - common) < share / 2 for right in parts)


def _recalls(e: Evidence, output: Output, label: int) -> Iterator[tuple[int, int]]:
    """How many rows of a class the model finds, of how many: of the training, and of the validation."""
    place = [o.name for o in e.outputs].index(output.name)
    parts = [(e.train, output), *([(e.validation, e.validated[place])] if e.validation is not None else [])]
    for rows, judged in parts:
        if judged.labels is not None and np.any(judged.labels == label):
            predicted = tree.leaves(forward_of(e.model).run_batch(Batch.of(rows.x)))[place]
            said = judged._said(np.asarray(engine.to_numpy(predicted), np.float64))[judged.labels == label]
            yield int(np.sum(said == label)), len(said)


def _seldom(found: int, rows: int) -> bool:
    """Whether less than half of them are found, and a coin would find so few once in twenty times at most."""
    return 2 * found < rows and sum(comb(rows, k) for k in range(found + 1)) < 0.05 * 2**rows


def no_signal(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """Targets without a signal, of which the model knows nothing on other rows, either; without any, a note."""
    judged = {o.name: e.shown_skill(o, "val_") for o in e.outputs}
    if any(skill is not None and skill > CHANCE for skill in judged.values()) or (not judged and e.looks_good):
        return
    notes = list(data.no_signal(e))
    if notes and e.validation is not None and all(skill is None for skill in judged.values()):
        judged = dict(e.validation_skills)
    if any(skill is not None and skill > CHANCE for skill in judged.values()):
        return
    for note in notes:
        skill = judged.get(note.values["output"])
        known = f"{note.message} Of the validation the model knows {max(skill or 0, 0):.0%}."
        yield note if skill is None else replace(note, severity="warning", message=known)


def loss_weight_imbalance(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    parts = {
        o.name: (o.weight * float(values[0]), o)
        for o in e.outputs
        if o.loss is not None and o.weight and (values := e.run.history.get(f"{o.name}_loss"))
    }
    if len(parts) < 2 or not e.run.is_finite:
        return
    most, least = max(parts, key=lambda n: parts[n][0]), min(parts, key=lambda n: parts[n][0])
    times = parts[most][0] / max(parts[least][0], 1e-12)
    # Of numbers and classes together, ten times is usual.
    if times > 50:
        deficit = e.deficits[least]
        weight = parts[least][1].weight * times
        yield Finding(
            "loss_weight_imbalance",
            f"At first, the loss of output `{most}` was {times:.0f} times that of `{least}`"
            + (f", which has learnt {deficit:.0%} less than it should have." if deficit else "."),
            f'`loss_weights={{"{most}": {1 / times:.2g}, "{least}": 1.0}}`, or scale the targets of `{most}`.',
            "warning" if deficit else "note",
            {"most": most, "least": least, "times": times, "weight": weight},
        )


RULES = (no_signal, overfitting, batchnorm_statistics, class_imbalance, loss_weight_imbalance)
