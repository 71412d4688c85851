"""What a trial can tell: one thing changed, the same training once more, and the model is as good as it should be.

A suspect is named when some evidence points at it, with what to change; `experiments.py` tries the suspects and blames
those whose change brings back what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.layers.base.tracking import flatten
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.first_weights import first_weights, odd_weights
from hornbeam.training.doctor.rules.rates import hold_rate, name_of, rates
from hornbeam.training.doctor.rules.suspect import Suspect
from hornbeam.training.doctor.wiring import path_of


def suspects(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    """What may be to blame, the cheapest and likeliest first."""
    for rule in RULES:
        yield from rule(e, found)


def is_any_likely(e: Evidence, found: list[Finding]) -> bool:
    """Whether one of them is, without the step that says what odd first weights do, which is compiled."""
    simple = (rule for rule in RULES if rule is not first_weights)
    return bool(odd_weights(e)) or any(suspect.is_likely for rule in simple for suspect in rule(e, found))


def _scale(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    names = {f.name: f for f in found}
    inputs = names.get("unscaled_inputs")
    targets = names.get("unscaled_targets") if len(e.outputs) == 1 else None
    if inputs is None and targets is None:
        return
    x, y, weights = e.run.source.given
    if inputs is not None:
        prepare = _standardizer(e)
        yield Suspect(inputs, options={"data": (prepare(x), y, weights), "prepare": prepare}, is_likely=True)
    if targets is not None:
        y, unscale = _standardized(y)
        yield Suspect(targets, options={"data": (x, y, weights), "unscale": unscale}, is_likely=True)
    if inputs is not None and targets is not None:  # as of most tables of money and areas: neither alone is enough
        message, fix = f"{targets.message} {inputs.message}", f"{targets.fix} {inputs.fix}"
        options = {"data": (prepare(x), y, weights), "prepare": prepare, "unscale": unscale}
        yield Suspect(replace(targets, message=message, fix=fix), options=options, is_likely=True)


def _standardized(y: Any) -> tuple[np.ndarray, Callable[[Any], Any]]:
    """The targets of the only output, and what turns its predictions back."""
    y = np.asarray(tree.leaves(y)[0], np.float64)
    mean, deviation = y.mean(0), y.std(0) + 1e-12
    return ((y - mean) / deviation).astype(np.float32), lambda predicted: [p * deviation + mean for p in predicted]


def _standardizer(e: Evidence) -> Callable[[Any], Any]:
    """What makes float inputs standardized: by the mean and deviation of the training's columns."""
    moments = {}
    for i, x in enumerate(e.train.inputs):
        axes = tuple(range(max(x.ndim - 1, 1)))
        moments[i] = (
            (x.mean(axes), np.maximum(x.std(axes), 1e-7 + 1e-6 * np.abs(x).max())) if not e.are_tokens[i] else None
        )

    def prepare(x: Any) -> Any:
        leaves, structure = tree.flatten(x)
        scaled = [
            leaf if (m := moments.get(i)) is None else ((np.asarray(leaf) - m[0]) / m[1]).astype(np.float32)
            for i, leaf in enumerate(leaves)
        ]
        return tree.unflatten(structure, scaled)

    return prepare


def _order(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    for finding in found:
        if finding.name == "unshuffled_sorted_batches":
            yield Suspect(finding, options={"shuffle": True}, is_likely=True)


def _decay(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    """The rate fell to a small part of itself before the run was half over."""
    first, rates = e.run.first_rate, e.run.rates
    if first and len(rates) > 1 and rates[len(rates) // 2] < first / 20:
        half = rates[len(rates) // 2]
        yield Suspect(
            Finding(
                "lr_decays_too_fast",
                f"The learning rate fell from {first:.3g} to {half:.2g} in half of the epochs, and to {rates[-1]:.2g} "
                "at the end.",
                f"Let it fall more slowly, or not at all: `optimizer=hornbeam.optimizers.{name_of(e)}({first:.3g})`.",
                values={"learning_rate": first},
            ),
            change=lambda trainer: hold_rate(trainer, first),
            is_likely=True,
        )


def _clip(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    optimizer = e.trainer.optimizer
    for name in ("clipnorm", "clipvalue", "global_clipnorm"):
        limit = getattr(optimizer, name, None)
        # Limits that are in use are between 0.1 and 10.
        if limit and limit < 0.05:
            yield Suspect(
                Finding(
                    "gradient_clipped",
                    f"`{name}={limit:g}` of the optimizer cuts nearly every gradient down to that.",
                    f"`{name}=1.0`, or none.",
                    values={name: limit},
                ),
                change=partial(_clip_at_one, name),
                is_likely=True,
            )


def _clip_at_one(name: str, trainer: Any) -> None:
    setattr(trainer.optimizer, name, 1.0)


def _strong_penalties(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    held = [(v.regularizer, v) for layer in flatten(e.model) for v in e.wiring.own(layer) if v.regularizer is not None]
    if not held or not e.run.losses:
        return
    penalty = sum(float(np.asarray(r(v.value))) for r, v in held)
    share = penalty / max(e.run.losses[-1], 1e-12)
    largest = max((getattr(r, n, 0) or 0 for r, _ in held for n in ("l1", "l2", "factor")), default=0)
    # Penalties that are in use are 1e-5 to 1e-2, and end as a part of the loss.
    if share > 0.5 or largest >= 0.03:
        yield Suspect(
            Finding(
                "too_much_l2",
                f"The penalties of {len(held)} weights (up to {largest:g}) make {min(share, 1):.0%} of the loss.",
                f"A hundredth of it: `kernel_regularizer=hornbeam.regularizers.L2({largest / 100:.2g})`.",
                values={"share": share, "factor": largest},
            ),
            change=lambda trainer: _weaken([r for r, _ in held]),
            options={"undo": _keeping([r for r, _ in held], ("l1", "l2", "factor"))},
            is_likely=True,
        )


def _weaken(regularizers: list[Any]) -> None:
    for regularizer in {id(r): r for r in regularizers}.values():
        for name in ("l1", "l2", "factor"):
            if vars(regularizer).get(name):
                setattr(regularizer, name, vars(regularizer)[name] / 1000)


def _strong_dropout(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    layers = [
        layer
        for layer in flatten(e.model)
        if isinstance(vars(layer).get("rate"), float) and hasattr(layer, "seed_generator")
    ]
    kept = float(np.prod([1 - vars(layer)["rate"] for layer in layers])) if layers else 1.0
    # Half is usual; two layers of a half leave a quarter of the paths.
    if layers and (kept < 0.2 or max(vars(layer)["rate"] for layer in layers) > 0.65):
        worst = max(layers, key=lambda layer: vars(layer)["rate"])
        yield Suspect(
            Finding(
                "too_much_dropout",
                f"Layer `{path_of(worst)}` drops {worst.rate:.0%}; {kept:.0%} comes through {len(layers)} such layers.",
                "`Dropout(0.2)`.",
                values={"kept": kept},
            ),
            change=lambda trainer: _lower(layers),
            options={"undo": _keeping(layers, ("rate",))},
            is_likely=True,
        )


def _lower(layers: list[Any]) -> None:
    for layer in layers:
        layer.rate = min(vars(layer)["rate"], 0.1)


def _keeping(holders: list[Any], names: tuple[str, ...]) -> Callable[[], None]:
    """What puts these attributes back."""
    kept = [(h, n, vars(h)[n]) for h in holders for n in names if n in vars(h)]

    def put_back() -> None:
        for holder, name, value in kept:
            setattr(holder, name, value)

    return put_back


# Gradients of few rows: steps at a rate that suits batches undo one another.
FEW = 4


def _batches(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    size = e.settings.batch_size
    if size is not None and size <= FEW and e.train.size > 32 and not any(f.name == "batchnorm_batch_1" for f in found):
        yield Suspect(
            Finding(
                "noisy_tiny_batch",
                f"Each step looks at {size} row{'s' if size > 1 else ''}: the loss went from {e.run.losses[0]:.3g} to "
                f"{e.run.losses[-1]:.3g} in {e.run.epochs} epochs.",
                "`model.fit(..., batch_size=32)`; or a lower learning rate.",
                values={"batch_size": 32},
            ),
            options={"batch_size": 32},
        )


def more_epochs(e: Evidence, found: list[Finding], falls: bool = False) -> Iterator[Suspect]:
    losses = e.run.losses
    if len(losses) < 1 or not np.isfinite(losses).all():
        return
    falls = falls or len(losses) < 4 or losses[-1] < 0.97 * np.mean(losses[-max(2, len(losses) // 4) :])
    if falls:
        more = max(3 * len(losses), 40)
        yield Suspect(
            Finding(
                "too_few_epochs",
                f"After {len(losses)} epochs the loss was still falling ({losses[0]:.3g} to {losses[-1]:.3g}).",
                f"`model.fit(..., epochs={len(losses) + more}, callbacks=[EarlyStopping(patience=5)])`.",
                values={"epochs": len(losses) + more},
            ),
            options={"goes_on": True, "epochs": more / len(losses)},
        )


RULES = (
    _scale, _order, _decay, _clip, _strong_penalties, _strong_dropout, first_weights, _batches, rates, more_epochs,
)  # fmt: skip
