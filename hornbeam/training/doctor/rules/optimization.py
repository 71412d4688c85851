"""What a trial can tell: one thing changed, the same training once more, and the model is as good as it should be.

A suspect is named when some evidence points at it, with what to change; `experiments.py` tries the suspects and blames
those whose change brings back what is missing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from hornbeam.core import tree
from hornbeam.layers.base.tracking import flatten, own_variables
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.rules.first_weights import first_weights
from hornbeam.training.doctor.rules.suspect import Suspect
from hornbeam.training.doctor.wiring import path_of


def suspects(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    """What may be to blame, the cheapest and likeliest first."""
    for rule in RULES:
        yield from rule(e, found)


def _scale(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    names = {f.name: f for f in found}
    if "unscaled_inputs" in names:
        prepare = _standardizer(e)
        x, y, weights = e.run.source.given
        options = {"data": (prepare(x), y, weights), "prepare": prepare}
        yield Suspect(names["unscaled_inputs"], options=options, is_likely=True)
    if "unscaled_targets" in names and len(e.outputs) == 1:
        x, y, weights = e.run.source.given
        y = np.asarray(tree.leaves(y)[0], np.float64)
        mean, deviation = y.mean(0), y.std(0) + 1e-12
        yield Suspect(
            names["unscaled_targets"],
            options={
                "data": (x, ((y - mean) / deviation).astype(np.float32), weights),
                "unscale": lambda predicted: [p * deviation + mean for p in predicted],
            },
            is_likely=True,
        )


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
                f"Let it fall more slowly, or not at all: `optimizer=hornbeam.optimizers.{_name(e)}({first:.3g})`.",
                values={"learning_rate": first},
            ),
            change=lambda trainer: _hold_rate(trainer, first),
            is_likely=True,
        )


def _hold_rate(trainer: Any, rate: float) -> None:
    optimizer = trainer.optimizer
    if not hasattr(optimizer._learning_rate, "hold"):
        optimizer._learning_rate = lambda: rate
    elif optimizer.decay:
        optimizer.learning_rate = rate
        optimizer.decay = 0.0
    else:
        optimizer.learning_rate = rate


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
    held = [(v.regularizer, v) for layer in flatten(e.model) for v in own_variables(layer) if v.regularizer is not None]
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


# Times the optimizer's default.
FAST = 300.0


# How the loss behaved says which way to go: nobody needs to try a higher rate where it jumped about.
def _rates(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    rate = e.run.first_rate
    if not rate:
        return
    if _is_short(e) and not _is_wild(e):  # a usual rate that was given no time
        return
    for factor in _ways(e, rate):
        yield Suspect(
            _of_rate(e, rate, factor),
            change=partial(_hold_rate, rate=rate * factor),
            is_likely=_is_wild(e) and factor == 0.1,
        )


def _ways(e: Evidence, rate: float) -> list[float]:
    """What to multiply the rate by."""
    lower = [0.1, 0.01, 1e-3, *([1e-4] if rate > 3 else [])]
    higher = [factor for factor in (10.0, 100.0, 1e3, 1e4, 1e5) if rate * factor < 0.5] or [10.0]
    # A loss that exploded in the first epoch has fallen ever since: beyond usual rates, nobody tries higher ones.
    if _is_wild(e) or rate > FAST * (_usual_rate(e) or np.inf):
        return lower
    return higher if _is_tame(e) else [0.1, *higher[:2], 0.01]


def _of_rate(e: Evidence, rate: float, factor: float) -> Finding:
    losses = e.run.losses
    how = (
        f"the loss went from {losses[0]:.3g} to {losses[-1]:.3g} in {len(losses)} epochs"
        if losses
        else "it never ended an epoch"
    )
    better = rate * factor
    name = "lr_too_high" if factor < 1 else "lr_too_low"
    word = "high" if factor < 1 else "low"
    return Finding(
        name,
        f"The learning rate {rate:.3g} of `{_name(e)}` is too {word} for this model: {how}.",
        f"`optimizer=hornbeam.optimizers.{_name(e)}({better:.3g})`.",
        values={"learning_rate": better, "received": rate},
    )


def _is_wild(e: Evidence) -> bool:
    """Whether the loss grew, or went up in a third of the epochs by a tenth and more."""
    losses = np.array(e.run.losses)
    if len(losses) < 2 or not np.isfinite(losses).all():
        return len(losses) > 0
    ups = np.mean(losses[1:] > 1.1 * losses[:-1])
    return bool(losses[-1] > 1.02 * losses[0] or ups > 0.3)


def _is_tame(e: Evidence) -> bool:
    """Whether the loss fell, a little, in nearly every epoch."""
    losses = np.array(e.run.losses)
    if len(losses) < 4 or not np.isfinite(losses).all():
        return False
    return bool(np.mean(losses[1:] <= losses[:-1] * 1.0005) > 0.9)


def _is_short(e: Evidence) -> bool:
    """Whether a few epochs at a usual rate are all there was."""
    usual = _usual_rate(e)
    return e.run.epochs < 5 and usual is not None and (e.run.first_rate or 0) >= usual / 2


def _usual_rate(e: Evidence) -> float | None:
    """The optimizer's default."""
    usual = inspect.signature(type(e.trainer.optimizer)).parameters["learning_rate"].default
    return usual if isinstance(usual, float) else None


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


def _more_epochs(e: Evidence, found: list[Finding]) -> Iterator[Suspect]:
    losses = e.run.losses
    if len(losses) < 1 or not np.isfinite(losses).all():
        return
    falls = len(losses) < 4 or losses[-1] < 0.97 * np.mean(losses[-max(2, len(losses) // 4) :])
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


def _name(e: Evidence) -> str:
    return type(e.trainer.optimizer).__name__


RULES = (
    _scale, _order, _decay, _clip, _strong_penalties, _strong_dropout, first_weights, _batches, _rates, _more_epochs,
)  # fmt: skip
