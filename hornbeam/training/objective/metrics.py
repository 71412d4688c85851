"""`OutputMetrics`: the metrics given to `compile`, one list for each output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from hornbeam import engine, losses, metrics
from hornbeam.core import declarations, naming, tree
from hornbeam.core.tracebacks import noting
from hornbeam.metrics import MeanMetricWrapper, Metric, by_shape
from hornbeam.training.objective.names import unused
from hornbeam.training.objective.outputs import Outputs


@dataclass
class Entry:
    """A metric of one output, under the name that logs give it."""

    output: int
    metric: Metric
    name: str
    uses_weights: bool
    unseen: ClassVar[frozenset[str]] = frozenset({"name"})


class OutputMetrics:
    """Metrics by output, with and without sample weights.

    Args:
        plain: metrics that ignore sample weights: names, `Metric`s or functions, in lists or dicts by output.
        weighted: metrics that use them.
        outputs: the model's.
        targets: the targets, one per output (`None` where there are none); their shapes decide what "accuracy" means.
        builds: whether the metrics make their variables.
    """

    def __init__(self, plain: Any, weighted: Any, outputs: Outputs, targets: list[Any], builds: bool = True):
        self.outputs = outputs
        self.targets = targets
        self.entries: list[Entry] = []
        for given, what, uses_weights in ((plain, "metrics", False), (weighted, "weighted_metrics", True)):
            for i, one in enumerate(_per_output(given, what, outputs)):
                for identifier in one:
                    if identifier is None:
                        continue
                    target = None if targets[i] is None else tuple(targets[i].shape)
                    metric = resolve(identifier, target, tuple(outputs.tensors[i].shape))
                    if builds:
                        metric.build(target, tuple(outputs.tensors[i].shape))
                    start = f"{outputs.names[i]}_" if len(outputs) > 1 else ""
                    name = self._unused(start, metric.name, uses_weights)
                    self.entries.append(Entry(i, metric, name, uses_weights))

    def _unused(self, start: str, name: str, uses_weights: bool) -> str:
        """`start` and `name`; where another metric is called so, "weighted" or numbered."""
        if uses_weights and start + name in self.names:
            name = f"weighted_{name}"
        return unused(start + name, self.names)

    @property
    def metrics(self) -> list[Metric]:
        return [entry.metric for entry in self.entries]

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.entries]

    @property
    def listed_names(self) -> list[str]:
        """The names in the order of what `evaluate` returns: as given or, of several outputs, sorted as in Keras."""
        return sorted(self.names) if len(self.outputs) > 1 else self.names

    @property
    def row_independent(self) -> bool:
        """Whether rows that pad a batch can be kept out of every metric exactly."""
        return all(
            self.targets[entry.output] is not None and declarations.of(entry.metric, "row_independent")
            for entry in self.entries
        )

    def update_state(self, y: Any, y_pred: list[Any], sample_weight: Any, rows: Any) -> None:
        """Count a batch in; rows that pad it weigh nothing."""
        if not self.entries:
            return
        targets = self.outputs.match(y, "y", partial=True)
        weights = self.outputs.match(sample_weight, "sample_weight", spread=True, partial=True)
        for entry in self.entries:
            i, metric = entry.output, entry.metric
            if targets[i] is None:
                raise ValueError(
                    f"Metric `{entry.name}` compares output `{self.outputs.names[i]}` with targets. "
                    "Received: no targets for it."
                )
            weight = _masked(weights[i] if entry.uses_weights else None, rows)
            weighed = {} if weight is None else {"sample_weight": weight}
            with noting(f"In metric `{entry.name}` of output `{self.outputs.names[i]}`."):
                metric.update_state(targets[i], y_pred[i], **weighed)

    def result(self) -> dict[str, Any]:
        """The values by name; a metric that gives a dict gives its entries."""
        found: dict[str, Any] = {}
        for entry in self.entries:
            value = entry.metric.result()
            found |= value if isinstance(value, dict) else {entry.name: value}
        return found


def resolve(identifier: Any, target: Any, output: Any) -> Metric:
    """A `Metric` for a name, a function, a config or a `Metric`; "accuracy" depends on the shapes."""
    if (named := by_shape.named(identifier, target, output)) is not None:
        return named
    metric = metrics.get(identifier)
    if isinstance(metric, Metric):
        if isinstance(identifier, str):
            metric.name, metric.__hornbeam__.serial = identifier, None
        return metric
    if isinstance(metric, losses.Loss):
        kind = naming.to_snake_case(type(metric).__name__)
        return MeanMetricWrapper(metric.call, name=kind if naming.is_automatic(metric) else metric.name)
    if callable(metric):
        name = naming.to_snake_case(getattr(metric, "__name__", type(metric).__name__))
        return MeanMetricWrapper(metric, name=identifier if isinstance(identifier, str) else name)
    raise ValueError(f"`metrics` must be names, `Metric`s or functions of (y_true, y_pred). Received: {identifier!r}.")


def _per_output(given: Any, what: str, outputs: Outputs) -> list[list[Any]]:
    if given is None:
        return [[] for _ in outputs.names]
    if (by_part := _by_part(given, outputs)) is not None:
        return [one for key, part in outputs.parts().items() for one in _per_output(by_part.get(key), what, part)]
    if isinstance(given, dict):
        unknown = [key for key in given if key not in outputs.names]
        if unknown:
            raise ValueError(f"`{what}` must be keyed by the model's outputs {outputs.names}. Received: {unknown}.")
        return [_as_list(given.get(name)) for name in outputs.names]
    given = _as_list(given)
    if len(outputs) == 1:
        return [tree.leaves(given) if any(isinstance(one, list | tuple) for one in given) else given]
    if len(given) == len(outputs):
        return [_as_list(one) for one in given]
    if any(isinstance(one, list | tuple | dict) for one in given):
        raise ValueError(
            f"`{what}` must have one entry for each of the outputs {outputs.names}. Received: {len(given)} entries."
        )
    # each output counts for itself
    return [[metrics.clone_metric(one) if i else one for one in given] for i in range(len(outputs))]


def _by_part(given: Any, outputs: Outputs) -> dict[Any, Any] | None:
    """What was given for each part of a nested structure; `None` where it is given in another way."""
    if isinstance(given, dict):
        return given if isinstance(outputs.structure, dict) and given.keys() <= outputs.structure.keys() else None
    is_listed = outputs.has_nested and isinstance(given, list | tuple) and any(isinstance(one, dict) for one in given)
    return dict(enumerate(given)) if is_listed and [*range(len(given))] == [*outputs.parts()] else None


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _masked(weight: Any, rows: Any) -> Any:
    if rows is None:
        return weight
    rows = engine.cast(rows, "float32")
    if weight is None:
        return rows
    return weight * rows.reshape((-1,) + (1,) * (len(weight.shape) - 1))
