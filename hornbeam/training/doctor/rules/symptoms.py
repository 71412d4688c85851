"""What shows inside a model that has not learnt: the diagnostic step is compiled for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.nan import first_nan
from hornbeam.training.doctor.wiring import has_kernel, path_of

# Gradients of the first layer beside the largest. Healthy networks of six layers keep a hundredth, deep ones of
# sigmoids lose three quarters at each layer.
VANISHED = 3e-3


def vanishing_gradients(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    if sum(map(has_kernel, e.wiring.layers)) < 4:  # nothing multiplies often enough
        return
    facts = e.first_step
    kernels = facts.kernels() if facts is not None else []
    if len(kernels) < 4 or not np.isfinite([g for _, g in kernels]).all():
        return
    largest = max(g for _, g in kernels)
    path, first = kernels[0]
    if largest > 0 and 0 < first < VANISHED * largest:
        yield Finding(
            "vanishing_gradients",
            f"At the start, the gradient of `{path}` was {first / largest:.1g} times that of the last layers, over "
            f"{len(kernels)} layers.",
            'Hidden layers with `activation="relu"` and `kernel_initializer="he_normal"`; or `BatchNormalization` '
            "between them, or fewer of them.",
            values={"ratio": first / largest},
        )


def exploding_gradients(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    facts = e.first_step
    if facts is None or not facts.gradients or np.isnan(facts.loss):  # of no number there is no gradient, either
        return
    sizes = {path: g / max(facts.weights[path], 1e-12) for path, g in facts.kernels()}
    rate = e.run.first_rate or 0.0
    worst = max(sizes, key=lambda p: sizes[p], default="")
    # A step of plain gradient descent as long as the weights themselves.
    if worst and (not np.isfinite(sizes[worst]) or sizes[worst] * max(rate, 1e-3) > 1) and len(sizes) > 1:
        yield Finding(
            "exploding_gradients",
            f"At the start, the gradient of `{worst}` was {sizes[worst]:.2g} times as large as its weights.",
            "`optimizer=hornbeam.optimizers.Adam(clipnorm=1.0)`; and weights that keep values as large as they are: "
            '`kernel_initializer="he_normal"`.',
            values={"ratio": sizes[worst]},
        )


def dead_relu(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    facts = e.last_step if e.run.is_finite else None
    dead = facts.dead() if facts is not None else []
    if dead:
        yield Finding(
            "dead_relu",
            f"Nearly all units of `{dead[0]}` give 0 for every row.",
            'A lower learning rate, `activation="leaky_relu"`, and `kernel_initializer="he_normal"` with biases of 0.',
            values={"layers": dead},
        )


def saturated_activations(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    facts = e.last_step if e.run.is_finite else None
    flat = facts.saturated() if facts is not None else []
    if flat:
        yield Finding(
            "saturated_activations",
            f"Nearly all outputs of `{flat[0]}` are at the ends of its activation.",
            'Scale the inputs, start from smaller weights (`kernel_initializer="glorot_uniform"`), or use '
            '`activation="relu"`.',
            values={"layers": flat},
        )


def no_gradient_to_weights(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    """Weights of a layer that are, to the bit, what they were, while others have moved."""
    trained = {id(v) for v in e.trained}
    if e.run.first is None or not e.run.epochs or not e.run.is_finite:
        return
    still: list[Any] = []
    moved: list[Any] = []
    for layer in e.wiring.layers:
        own = [v for v in e.wiring.own(layer) if id(v) in trained and v in e.run.first]
        if own:
            same = all(np.array_equal(e.run.first[v], v.on_host()) for v in own)
            (still if same else moved).append(layer)
    known = {"dead_relu", "output_without_loss", "zero_init", "all_frozen", "softmax_one_unit", "cce_one_unit"}
    if still and moved and not known & {f.name for f in found}:
        facts = e.last_step
        if facts is not None and facts.dead(least=1):
            return
        yield Finding(
            "no_gradient_to_weights",
            f"The weights of `{path_of(still[0])}`{f' and {len(still) - 1} more layers' if still[1:] else ''} have not "
            f"moved in {e.run.epochs} epochs: no gradient reaches them.",
            "Look at what comes behind: `ops.stop_gradient`, rounding, `argmax` and comparisons pass no gradient; a "
            "layer may not be used at all.",
            values={"layers": [path_of(layer) for layer in still]},
        )


def nan_loss(e: Evidence, found: list[Finding]) -> Iterator[Finding]:
    if e.run.is_finite or not e.run.losses:
        return
    place = first_nan(e.trainer, e.run)
    epoch = 1 + next(i for i, loss in enumerate(e.run.losses) if not np.isfinite(loss))
    if place is None:
        yield Finding(
            "nan_loss",
            f"The loss became {e.run.losses[epoch - 1]} in epoch {epoch}.",
            _AGAINST_NAN,
            values={"epoch": epoch},
        )
        return
    rows = ", ".join(map(str, sorted(place.rows)[:5])) + (" and more" if place.rows[5:] else "")
    where = f"layer `{place.layer}`" if not place.layer.startswith("the ") else place.layer
    what = f" (`{place.operation}`)" if place.operation else ""
    yield Finding(
        "nan_loss",
        f"In step {place.step + 1} (epoch {epoch}), {where}{what} was the first to give numbers that are not finite, "
        f"for row {rows} of the training data.",
        _AGAINST_NAN,
        values={"epoch": epoch, **place._asdict()},
    )


_AGAINST_NAN = (
    "A lower learning rate or `clipnorm=1.0` where weights have grown; where a function has no value for what it is "
    "asked, such as the logarithm of 0, `ops.log(x + 1e-7)`."
)
ALWAYS = (no_gradient_to_weights, nan_loss)
CAUSES = (vanishing_gradients,)
SYMPTOMS = (exploding_gradients, dead_relu, saturated_activations)
