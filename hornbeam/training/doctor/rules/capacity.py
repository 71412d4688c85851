"""Rules about what training has made: too much learnt by heart, too little learnt, averages that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.layers.normalization.batch_normalization import BatchNormalization
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.outputs import Output
from hornbeam.training.doctor.rules import data
from hornbeam.training.doctor.wiring import path_of
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.programs.batch import Batch

# The validation's loss at the end beside its best: a quarter more is usual where probabilities become extreme.
WORSE = 1.35
# And the skills, of which 1 is perfect: on the training beside the validation.
GAP = 0.2
# What a model that knows nothing shows on some hundred rows.
CHANCE = 0.12


def overfitting(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    losses, judged = np.array(e.run.losses), np.array(e.run.history.get("val_loss", []), dtype=float)
    if len(judged) < 5 or len(judged) != len(losses) or not np.isfinite(judged).all() or not np.isfinite(losses).all():
        return
    end = max(1, len(judged) // 10)
    best = int(np.argmin(judged))
    worse, fell = judged[-end:].mean() / max(judged[best], 1e-12), losses[-1] / max(losses[best], 1e-12)
    if worse < WORSE or best > 0.75 * len(judged) or fell > 0.9:
        return
    for output in e.outputs:
        mine, other = e.shown_skill(output), e.shown_skill(output, "val_")
        if mine is None or other is None:
            mine, other = e.train_skills.get(output.name), e.validation_skills.get(output.name)
        if mine is not None and other is not None and mine - other > GAP and mine > 0.5:
            yield Finding(
                "overfitting",
                f"The validation's loss was best after epoch {best + 1} ({judged[best]:.3g}) and is {judged[-1]:.3g} "
                f"after {len(judged)}, while that of the training fell to {losses[-1]:.3g}.",
                f"Stop at the best: `callbacks=[EarlyStopping(patience={max(3, best // 3)}, "
                "restore_best_weights=True)]`; fewer units, `Dropout(0.3)` or more data make the best better.",
                values={"best_epoch": best + 1, "train": mine, "validation": other},
            )
            return


def batchnorm_statistics(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    layers = [layer for layer in e.wiring.layers if isinstance(layer, BatchNormalization)]
    if not layers or not e.run.is_finite or not e.run.losses:
        return
    updates = e.run.epochs * (e.run.source.steps or 1)
    slowest = max(layers, key=lambda layer: layer.momentum)
    behind = float(slowest.momentum) ** updates
    for output in e.outputs:
        shown, judged = e.shown_skill(output), e.shown_skill(output, "val_")
        # The validation is judged in inference mode: where it is as good, the averages are.
        if shown is None or (shown - judged < GAP if judged is not None else behind < 0.02):
            continue
        used = e.train_skills.get(output.name)
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


# Rows of a class that say how many of its rows are found.
_SOME = 3


def class_imbalance(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """A rare class that the model hardly ever finds."""
    for note in [f for f in found if f.name == "class_imbalance"]:
        output = next(o for o in e.outputs if o.name == note.values["output"])
        shown = e.shown_skill(output)
        if not e.run.is_finite or (shown is not None and shown > 0.8):
            continue
        found_of_rare = _recall(e, output, note.values["class"])
        if found_of_rare < 0.5:
            yield Finding(
                "class_imbalance",
                f"{note.message} The model finds {found_of_rare:.0%} of its rows.",
                note.fix,
                values={**note.values, "recall": found_of_rare},
            )


def _recall(e: Evidence, output: Output, label: int) -> float:
    """The share of a class that is found, of the training or of the validation, where it is lower."""
    place = [o.name for o in e.outputs].index(output.name)
    parts = [(e.train, output), *([(e.validation, e.validated[place])] if e.validation is not None else [])]
    found = []
    for rows, judged in parts:
        if judged.labels is None or np.sum(judged.labels == label) < _SOME:
            continue
        predicted = tree.leaves(forward_of(e.model).run_batch(Batch.of(rows.x)))[place]
        said = judged._said(np.asarray(engine.to_numpy(predicted), np.float64))
        found.append(float(np.mean(said[judged.labels == label] == label)))
    return min(found, default=1.0)


def no_signal(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """Targets without a signal, of which the model knows nothing on other rows, either; without any, a note."""
    judged = {o.name: e.shown_skill(o, "val_") for o in e.outputs}
    if e.validation is not None and all(skill is None for skill in judged.values()):
        judged = dict(e.validation_skills)
    if any(skill is not None and skill > CHANCE for skill in judged.values()) or (not judged and e.looks_good):
        return
    for note in data.no_signal(e):
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
        deficit = e._deficit(parts[least][1])
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
