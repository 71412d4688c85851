"""Rules about the data: their scale, what they hold twice, what they give away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam.core.declarations import of
from hornbeam.training.doctor.data_view import Moments, moments_of
from hornbeam.training.doctor.evidence import Evidence
from hornbeam.training.doctor.finding import Finding
from hornbeam.training.doctor.outputs import Output
from hornbeam.training.doctor.reference import ROWS, Kernels, Reference, standardized

# Columns are of another size than weights are made for when the largest is beyond LARGE, or all are below SMALL;
# within one table, when the deviations are SPREAD times apart. Pixels (0 to 255) are beyond it, raw Iris is not.
LARGE, SMALL, SPREAD = 10.0, 0.01, 1000.0


def unscaled_inputs(e: Evidence) -> Iterator[Finding]:
    for i, (name, x) in enumerate(zip(e.train.names, e.train.inputs, strict=True)):
        if x.dtype.kind not in "iuf" or e.are_tokens[i] or _is_normalized(e, i):
            continue
        moments = e.moments[i]
        if moments is None or not (varies := moments.deviation > 1e-12).any():
            continue
        size, deviation = moments.size, moments.deviation
        largest, smallest = float(size[varies].max()), float(deviation[varies].min())
        spread = float(deviation.max() / smallest)
        if largest > LARGE or largest < SMALL or spread > SPREAD:
            what = (
                f"columns of `{name}` are of sizes from {_short(size[varies].min())} to {_short(largest)}, and deviate "
                f"by {_short(smallest)} to {_short(deviation.max())}"
            )
            if size.size == 1:
                what = f"numbers of `{name}` are of size {_short(largest)}, and deviate by {_short(smallest)}"
            values = {"input": i, "largest": largest, "spread": spread}
            yield Finding("unscaled_inputs", f"The {what}.", _scaling(x, moments), "note", values)


def _scaling(x: np.ndarray, moments: Moments) -> str:
    """How to scale an input: pixels by their range, rows of a table with scikit-learn, too."""
    if x.ndim == 4 and moments.low.min() >= 0 and 1 < moments.high.max() <= 255:
        return "Scale the inputs: `layers.Rescaling(1 / 255)` as the model's first layer."
    first = (
        "Scale the inputs: `normalize = layers.Normalization(); normalize.adapt(x_train)`, as the model's first layer"
    )
    return first + ("; or `StandardScaler().fit_transform(x_train)` of scikit-learn." if x.ndim == 2 else ".")


def _is_normalized(e: Evidence, place: int) -> bool:
    """Whether a layer that normalizes comes first."""
    readers = e.wiring.first_readers(place)
    return bool(readers) and all(of(node.operation, "normalizes") for node in readers)


def unscaled_targets(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        # Of a model that is no graph nobody knows how it ends; it may have a layer that scales.
        if output.kind != "numbers" or (output.last is not None and not output.last.is_linear):
            continue
        y = output.vectors
        if y is None:
            continue
        size, deviation = float(np.sqrt((y**2).mean())), float(y.std(0).max())
        # From outputs near 0, the first thing to learn is a mean that far away.
        if deviation > LARGE or (0 < deviation < SMALL) or size > LARGE * max(deviation, 1e-12):
            yield Finding(
                "unscaled_targets",
                f"The targets of output `{output.name}` have the mean {_short(y.mean())} and deviate by "
                f"{_short(deviation)}; outputs start near 0.",
                "Train on `(y - y.mean()) / y.std()`, and turn predictions back: `model.predict(x) * y.std() + "
                "y.mean()`.",
                "note",
                {"output": output.name, "size": size, "deviation": deviation},
            )


def constant_column(e: Evidence) -> Iterator[Finding]:
    for name, x, moments in zip(e.train.names, e.train.inputs, e.moments, strict=True):
        if moments is None or x.ndim != 2 or len(x) < 2:
            continue
        if (same := np.flatnonzero(moments.high == moments.low)).size:
            shown = ", ".join(map(str, same[:5])) + (f" and {same.size - 5} more" if same.size > 5 else "")
            yield Finding(
                "constant_column",
                f"Of `{name}`, column {shown} never changes.",
                f"Leave them out: `{name}[:, {name}.std(axis=0) > 0]`.",
                "note",
                {"columns": same.tolist()},
            )


# A column that knows the targets to within LEAKS of their variance or classes, where the others together leave
# several times as much, and a tenth at least: those of real tables (petals and species, lags) know it together, too.
LEAKS, TIMES, MISSING = 0.02, 6, 0.1


def target_leak(e: Evidence) -> Iterator[Finding]:
    for output in e.outputs:
        for name, x in e.train.tables():
            if output.vectors is None or len(x) < 20 or x.shape[1] < 3 or output.vectors.shape[1] > 30:
                continue
            if output.kind == "numbers" and output.vectors.shape[1] > 1:
                continue
            for column in _candidates(x, output):
                alone = Reference(Kernels(standardized(x[:, [column]])), output).skill
                if 1 - alone > LEAKS:
                    continue
                others = Reference(Kernels(standardized(np.delete(x, column, axis=1))), output).skill
                if 1 - others > TIMES * (1 - alone) + MISSING:
                    yield Finding(
                        "target_leak",
                        f"Column {column} of `{name}` alone gives the targets of output `{output.name}` "
                        f"({alone:.0%} of what there is to know), and all others together {max(others, 0):.0%}.",
                        f"If it is made from the target, or known only after it, leave it out: `numpy.delete({name}, "
                        f"{column}, axis=1)`.",
                        "warning",
                        {"column": int(column), "input": name},
                    )


def _candidates(x: np.ndarray, output: Output) -> list[int]:
    """The columns along which targets are a line, or classes apart: nearly no regression is made for other tables."""
    if output.labels is None:
        z, t = x - x.mean(0), output.vectors[:, 0] - output.vectors[:, 0].mean()  # type: ignore[index]
        size = np.sqrt((z**2).sum(0) * (t**2).sum())
        known = np.abs(t @ z) / np.maximum(size, 1e-300)
        return [int(i) for i in np.flatnonzero(known > 0.98)[:3]]
    if output.labels.ndim > 1:
        return []
    columns = np.arange(x.shape[1])
    # Each row on a wrong side changes the label twice. By few rows and ten times as many errors, most columns drop out.
    for rows, errors in ((64, 10 * LEAKS), (ROWS, LEAKS)):
        few = np.linspace(0, len(x) - 1, min(len(x), rows)).astype(int)
        labels = output.labels[few]
        ordered = labels[np.argsort(x[np.ix_(few, columns)], axis=0, kind="stable")]
        changes = (ordered[1:] != ordered[:-1]).sum(0) - (np.count_nonzero(np.bincount(labels)) - 1)
        columns = columns[changes <= 2 * errors * len(few)]
        if not columns.size:
            break
    return [int(i) for i in columns[:3]]


def train_val_leak(e: Evidence) -> Iterator[Finding]:
    if e.validation is None or e.train.rows is None or e.train.size < 2:
        return
    trained = e.all_train
    rows, seen = _codes(e.validation.inputs, e.validation.y), np.sort(_codes(trained[0], trained[1]))
    shared = float((seen[np.minimum(np.searchsorted(seen, rows), len(seen) - 1)] == rows).mean())
    # Rows are equal by nature, too: as often in the validation as within the training.
    is_next = seen[1:] == seen[:-1]
    natural = float((np.r_[is_next, False] | np.r_[False, is_next]).mean())
    # More than a twentieth, and more than chance of small parts.
    if shared > natural + 0.05 + 2 * np.sqrt(max(natural * (1 - natural), 1e-4) / len(rows)):
        yield Finding(
            "train_val_leak",
            f"{shared:.0%} of the validation's rows are rows of the training, too; within the training {natural:.0%} "
            "of the rows occur more than once.",
            "Take repeated rows out before the split (`numpy.unique(x, axis=0)`), and split once: "
            "`train_test_split(x, y)`.",
            "warning",
            {"shared": shared, "natural": natural},
        )


def _codes(inputs: list[np.ndarray], y: Any) -> np.ndarray:
    """A number for each row, the same for equal rows: a random mixture of its values."""
    rng = np.random.default_rng(0)
    total = np.zeros(len(inputs[0]))
    for x in inputs:
        flat = x.reshape(len(x), -1)
        flat = flat[:, :: max(1, flat.shape[1] // 256)]
        mixture = rng.normal(size=flat.shape[1])
        for start in range(0, len(flat), 4096):  # of large data, a copy as float64 would be larger still
            total[start : start + 4096] += flat[start : start + 4096].astype(np.float64) @ mixture
    return np.round(total, 9) if np.abs(total).max(initial=0) < 1e6 else total


# Effects are measured in deviations of the training's rows, and beyond chance: six standard errors.
FAR, ERRORS = 0.8, 6.0


def val_from_other_distribution(e: Evidence) -> Iterator[Finding]:
    if e.validation is None or min(e.train.size, e.validation.size) < 10:
        return
    found = [*_moved_classes(e), *_moved_numbers(e), *_moved_columns(e)]
    if found:
        how = "`validation_split` takes the last rows as they come; " if e.settings.is_split else ""
        yield Finding(
            "val_from_other_distribution",
            f"The validation is not like the training: {'; '.join(found[:3])}.",
            f"Shuffle before the split: {how}`train_test_split(x, y, stratify=y)`, and pass "
            "`validation_data=(x_val, y_val)`. Of a series in time, which must stay in order, take out what grows: "
            "`numpy.diff`, or each window less its mean.",
            "warning",
            {"found": len(found)},
        )


def _moved_classes(e: Evidence) -> Iterator[str]:
    for mine, other in zip(e.outputs, e.validated, strict=True):
        if mine.labels is None or other.labels is None or mine.kind != other.kind:
            continue
        most = max(int(mine.labels.max()), int(other.labels.max())) + 1
        if most > 200 or mine.labels.min() < 0 or other.labels.min() < 0:
            continue
        before = np.bincount(mine.labels.ravel(), minlength=most) / mine.labels.size
        after = np.bincount(other.labels.ravel(), minlength=most) / other.labels.size
        error = np.sqrt(
            np.maximum(before * (1 - before), 0.5 / mine.labels.size) * (1 / len(mine.labels) + 1 / len(other.labels))
        )
        worst = int(np.argmax(np.abs(after - before)))
        # Half of its share, or more, gained or lost.
        if abs(after[worst] - before[worst]) > max(ERRORS * error[worst], 0.25):
            yield (
                f"class {worst} of output `{mine.name}` makes {before[worst]:.0%} of the training, and "
                f"{after[worst]:.0%} of the validation"
            )


def _moved_numbers(e: Evidence) -> Iterator[str]:
    for mine, other in zip(e.outputs, e.validated, strict=True):
        if mine.kind != "numbers" or other.kind != "numbers" or mine.units > 1:
            continue
        a, b = mine.vectors[:, 0], other.vectors[:, 0]  # type: ignore[index]
        moved = abs(b.mean() - a.mean()) / max(a.std(), 1e-12)
        noise = np.sqrt(1 / len(a) + max(b.var() / max(a.var(), 1e-24), 1) / len(b))
        if moved > max(FAR, ERRORS * noise):
            yield (
                f"the targets of output `{mine.name}` have the mean {_short(a.mean())} in the training and "
                f"{_short(b.mean())} in the validation"
            )


def _moved_columns(e: Evidence) -> Iterator[str]:
    assert e.validation is not None
    for name, x, a, other in zip(e.train.names, e.train.inputs, e.moments, e.validation.inputs, strict=True):
        if x.ndim != 2 or x.dtype.kind not in "iuf" or a is None:
            continue
        b = moments_of(other)
        deviation = np.maximum(a.deviation, 1e-12)
        varies = a.deviation > 1e-9 * np.maximum(np.maximum(-a.low, a.high), 1e-300)
        moved = np.abs(b.mean - a.mean) / deviation * varies
        noise = np.sqrt(1 / len(x) + np.maximum((b.deviation / deviation) ** 2, 1) / len(other))
        worst = int(np.argmax(moved))
        if moved[worst] > max(FAR, ERRORS * noise[worst]):
            yield (
                f"column {worst} of `{name}` has the mean {_short(a.mean[worst])} in the training and "
                f"{_short(b.mean[worst])} in the validation"
            )


def class_imbalance(e: Evidence) -> Iterator[Finding]:
    if e.settings.class_weight is not None or e.train.weights is not None:
        return
    for output in e.outputs:
        if output.labels is None or output.labels.ndim > 1 or len(output.labels) < 20:
            continue
        counts = np.bincount(output.labels[output.labels >= 0])
        rarest, share = (
            int(np.argmin(np.where(counts, counts, counts.max() + 1))),
            counts[counts > 0].min() / counts.sum(),
        )
        # A tenth of what it would be if all classes were as common.
        if share < 0.2 / max((counts > 0).sum(), 2) and (counts > 0).sum() > 1:
            yield Finding(
                "class_imbalance",
                f"Class {rarest} makes {share:.1%} of the targets of output `{output.name}`.",
                'Weigh the classes by their frequency: `model.fit(..., class_weight="balanced")`; and watch a metric '
                "that sees the rare class: `metrics=[hornbeam.metrics.F1Score()]` or `Recall()`.",
                "note",
                {"class": rarest, "share": float(share), "output": output.name},
            )


# Times what is reached by chance: regressions on half of the rows, which take a fifth of the time, are enough then.
SURELY = 3


def no_signal(e: Evidence) -> Iterator[Finding]:
    """Targets that neither regression predicts any better than chance."""
    rare = {finding.values["output"] for finding in class_imbalance(e)}  # to say the common class is hard to beat
    for output in [o for o in e.outputs if o.name not in rare] if e.train.size >= 60 else []:
        glimpse = e.glimpses.get(output.name)
        is_clear = glimpse is not None and glimpse.skill > SURELY * _chance(output, glimpse.rows)
        reference = None if is_clear else e.references.get(output.name)
        if reference is not None and reference.skill <= _chance(output, reference.rows):
            yield Finding(
                "shuffled_labels",
                f"The inputs say nothing about the targets of output `{output.name}` that two regressions could find "
                f"in {reference.rows} rows.",
                "Check that `x` and `y` are in the same order: a sort, a shuffle or a join of one alone breaks it; "
                "`rng.permutation(len(x))` must index both.",
                "note",
                {"output": output.name, "skill": reference.skill},
            )


def _chance(output: Output, rows: int) -> float:
    """What the best of two regressions reaches by chance, seldom more."""
    if output.labels is None:
        return 0.03
    common = np.bincount(output.labels).max() / len(output.labels)
    return float(1.5 * np.sqrt(common * (1 - common) / rows) / max(1 - common, 1e-9))


def _short(number: Any) -> str:
    return f"{float(number):.3g}"


RULES = (
    unscaled_inputs, unscaled_targets, constant_column, target_leak, train_val_leak, val_from_other_distribution,
    class_imbalance,
)  # fmt: skip
