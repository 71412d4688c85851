"""Rules about outputs, losses and activations: what can be read off the model and its targets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from hornbeam.core.declarations import of
from hornbeam.losses.margins import categorical_hinge, hinge, squared_hinge
from hornbeam.training.diagnosis import ending, mistakes
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.outputs import Output
from hornbeam.training.doctor.reports import as_finding
from hornbeam.training.doctor.wiring import has_kernel, is_linear, path_of

# Losses that push outputs to one side or the other.
_MARGINS = frozenset([hinge, squared_hinge, categorical_hinge])
# More targets than these beyond what an output can give are no outliers.
BEYOND = 0.05


def told_anyway(e: Evidence) -> Iterator[Finding]:
    """What `fit` warns of (`training/diagnosis.py`)."""
    for mistake in mistakes(e.trainer, (e.train.x, e.train.y, e.train.weights)):
        yield as_finding(mistake)


def double_softmax(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        for node in e.wiring.nodes:
            last = of(node.operation, "last_activation") if not hasattr(node.operation, "function") else None
            if getattr(last, "gives", None) != "class probabilities" or output.gives != "class probabilities":
                continue
            if not has_kernel(node.operation) and any(
                getattr(ending(tensor), "gives", None) == "class probabilities" for tensor in node.inputs
            ):
                yield Finding(
                    "double_softmax",
                    f"Layer `{path_of(node.operation)}` is a softmax of what is a softmax already.",
                    "Leave one of them out: `Dense(units)` before a `Softmax` layer.",
                )


def cce_one_unit(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        if output.units == 1 and of(output.loss, "outputs") == "class probabilities":
            yield Finding(
                "cce_one_unit",
                f"Output `{output.name}` has one unit, and its loss `{output.loss.name}` takes a unit for each class.",
                'For two classes use `loss="binary_crossentropy"` with `Dense(1, activation="sigmoid")`; for more, a '
                "unit for each class.",
            )


def output_out_of_reach(e: Evidence) -> Iterator[Finding]:
    """Targets that the output's activation cannot give."""
    for output in e.outputs:
        if output.kind != "numbers" or output.last is None or of(output.loss, "outputs") != "numbers":
            continue
        if (reach := _reach(output)) is None:
            continue
        name, low, high, fix = reach
        y = output.target
        assert y is not None
        beyond = float(np.mean((y < low - 1e-6) | (y > high + 1e-6)))
        if beyond > BEYOND:
            yield Finding(
                name,
                f"Output `{output.name}` ends in `{output.last.name}`, which gives {fix[0]}, and {beyond:.0%} of its "
                f"targets are beyond that (from {y.min():.3g} to {y.max():.3g}).",
                f"End it without an activation: `Dense({output.units})`; or bring the targets into that range.",
                "warning",
                {"beyond": beyond, "output": output.name},
            )


@cache
def _ends(activation: Any) -> tuple[float, float]:
    """What an activation gives for numbers far apart; the engine compiles it, which takes some 50 ms once."""
    given = np.asarray(activation(np.array([[-1e4, -3.0, -1.0, 0.0, 1.0, 3.0, 1e4]], np.float32).T), np.float64)
    return float(given.min()), float(given.max())


def _reach(output: Output) -> tuple[str, float, float, tuple[str]] | None:
    """What an activation can give."""
    assert output.last is not None
    if output.last.is_linear:
        return None
    if output.gives == "class probabilities" and output.units == 1:
        return None  # `softmax_one_unit` says it
    if output.gives == "class probabilities":
        return "sigmoid_output_regression", 0.0, 1.0, ("numbers from 0 to 1",)
    low, high = (0.0, 1.0) if output.gives == "probabilities" else _ends(output.last.activation)
    if low >= -0.3 and high > 10:
        return "relu_output_regression", min(low, 0.0), np.inf, ("no negative numbers",)
    if high < 10 and low > -10:
        return "sigmoid_output_regression", low, high, (f"numbers from {low:.3g} to {high:.3g}",)
    return None


def wrong_loss_mse(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        if (
            output.kind in ("classes", "binary")
            and of(output.loss, "outputs") == "numbers"
            and output.gives is not None
        ):
            wanted = "categorical_crossentropy" if output.units > 1 else "binary_crossentropy"
            yield Finding(
                "wrong_loss_mse",
                f"Output `{output.name}` ends in a {output.last.name} for classes, and its loss is "  # type: ignore[union-attr]
                f"`{output.loss.name}`.",
                f'`model.compile(..., loss="{wanted}")`.',
                "note",
                {"output": output.name},
            )


def wrong_loss_regression(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        y = output.target
        if y is None or output.loss is None or y.dtype.kind not in "iuf" or not y.size:
            continue
        sums = y.reshape(len(y), -1).sum(-1) if y.ndim > 1 else y
        if getattr(output.loss, "fn", None) in _MARGINS and output.kind == "numbers":
            yield Finding(
                "wrong_loss_regression",
                f"`{output.loss.name}` of output `{output.name}` takes classes -1 and 1, or 0 and 1, and the targets "
                f"are numbers from {y.min():.3g} to {y.max():.3g}.",
                'For numbers use `loss="mse"` and no activation at the end.',
            )
        takes_classes = of(output.loss, "targets") == "class probabilities"
        is_distribution = bool(np.mean(np.abs(sums - 1) < 1e-3) > 0.9 and y.min() >= -1e-6)
        if takes_classes and y.ndim == 2 and output.units > 1 and not is_distribution:
            yield Finding(
                "wrong_loss_regression",
                f"The targets of output `{output.name}` go from {y.min():.3g} to {y.max():.3g}, and those of a row do "
                f"not add up to 1, as `{output.loss.name}` takes them.",
                'For numbers use `loss="mse"` and no activation at the end; for flags `loss="binary_crossentropy"` '
                'and `activation="sigmoid"`.',
            )


def no_hidden_activation(e: Evidence) -> Iterator[Finding]:
    found = [
        path_of(layer)
        for layer, _, following in e.wiring.hidden()
        if is_linear(layer) and len(following) == 1 and has_kernel(following[0].operation)
        and of(following[0].operation, "last_activation") is not None
    ]  # fmt: skip
    if found:
        yield Finding(
            "no_hidden_activation",
            f"Between {_listed(found)} and the layers behind there is no activation.",
            'Give hidden layers one: `Dense(units, activation="relu")`.',
            "note",
            {"layers": found},
        )


def softmax_hidden(e: Evidence) -> Iterator[Finding]:
    found = [
        path_of(layer)
        for layer, last, following in e.wiring.hidden()
        if getattr(last, "gives", None) == "class probabilities" and all(has_kernel(n.operation) for n in following)
    ]
    if found:
        yield Finding(
            "softmax_hidden",
            f"Layer {_listed(found)} is hidden and ends in a softmax.",
            'Hidden layers take `activation="relu"`; a softmax is for the classes at the end.',
            "note",
            {"layers": found},
        )


def _listed(paths: list[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


RULES = (
    told_anyway, double_softmax, cce_one_unit, output_out_of_reach, wrong_loss_mse, wrong_loss_regression,
    no_hidden_activation, softmax_hidden,
)  # fmt: skip
