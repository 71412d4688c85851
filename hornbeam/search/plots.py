"""Plots of searches: scores by parameter, learning curves, scores along a line. Needs `matplotlib`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hornbeam.core.suggest import hint
from hornbeam.search.plan import described


def by_parameter(results: Any, parameters: Sequence[str], show: bool) -> Any:
    """Scores by each parameter, one plot beside the other."""
    known = list(dict.fromkeys(name for one in results.candidates for name in one.params))
    for name in parameters:
        if name not in known:
            raise ValueError(f"`plot` shows the parameters {', '.join(known)}. Received: {name!r}.{hint(name, known)}")
    names = list(parameters) or known
    figure, axes = figure_of(len(names))
    for name, axis in zip(names, axes):
        _scatter(axis, [(one.params.get(name), one.score) for one in results.candidates])
        axis.set_xlabel(name)
    axes[0].set_ylabel(results.objective)
    return finished(figure, show)


def _scatter(axis: Any, points: list[tuple[Any, float]]) -> None:
    values = [value for value, _ in points]
    scores = [score for _, score in points]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        axis.plot(values, scores, "o")
        if min(values) > 0 and max(values) >= 50 * min(values):
            axis.set_xscale("log")
        elif len(set(values)) <= 6:  # of a few sizes, none that was not tried
            axis.set_xticks(sorted(set(values)))
        return
    kinds = list(dict.fromkeys(map(str, values)))
    axis.plot([kinds.index(str(value)) for value in values], scores, "o")
    axis.set_xticks(range(len(kinds)), kinds)


def curves(results: Any, n: int, metric: str | None, show: bool) -> Any:
    """The numbers of the best candidates by epoch."""
    figure, (axis,) = figure_of(1)
    names = list(results.best.history)
    wanted = metric or next((m for m in (f"val_{results.objective}", results.objective) if m in names), "loss")
    if wanted not in names:
        raise ValueError(
            f"`metric` must be one of {', '.join(map(repr, names))}. Received: {wanted!r}; pass `curves=True` to the "
            f"search for numbers of the held-out rows.{hint(wanted, names)}"
        )
    for one in results.ranked()[:n]:
        values = one.history.get(wanted, [])
        axis.plot(range(1, len(values) + 1), values, label=described(one.params))
    axis.set_xlabel("epoch")
    axis.set_ylabel(wanted)
    axis.legend(fontsize="small")
    return finished(figure, show)


def band(axis: Any, x: Sequence[Any], scores: Any, label: str) -> None:
    """The means of rows of scores, and their spread."""
    scores = np.asarray(scores)
    mean, spread = scores.mean(axis=1), scores.std(axis=1)
    (line,) = axis.plot(x, mean, "o-", label=label)
    axis.fill_between(x, mean - spread, mean + spread, alpha=0.2, color=line.get_color())


def figure_of(count: int) -> tuple[Any, list[Any]]:
    """A figure of some plots side by side.

    Raises:
        ImportError: when matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError("Plots need the package `matplotlib`: `pip install hornbeam[plot]`.") from None
    figure, axes = pyplot.subplots(1, count, figsize=(1.5 + 3.5 * count, 3.5), squeeze=False, layout="constrained")
    return figure, list(axes[0])


def finished(figure: Any, show: bool) -> Any:
    """The figure, shown now or left to whoever has it; a notebook shows it once."""
    from matplotlib import pyplot

    if show:
        pyplot.show()
    pyplot.close(figure)
    return figure
