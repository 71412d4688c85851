"""`layer.add_metric(value, name)`: the running means that a layer is given while it is called."""

from __future__ import annotations

from typing import Any

from hornbeam.core import symbolic
from hornbeam.layers.base.tracking import members
from hornbeam.metrics import Mean


def add_metric(layer: Any, value: Any, name: str | None, aggregation: str | None) -> None:
    """Count `value` into the mean that `layer` has under `name`, which the first call makes."""
    if aggregation not in (None, "mean"):
        raise ValueError(f'`aggregation` of `add_metric` must be "mean" or None. Received: {aggregation!r}.')
    if symbolic.is_symbolic(value):
        raise ValueError(
            f"`add_metric` of `{layer.name}` takes a number that `call` computes: call it inside of the `call` of a "
            f"layer, which is called on what it depends on. Received: {value!r}, which has no value."
        )
    held = [member for member in members(layer) if getattr(type(member), "is_metric", False)]
    if name is None and held:  # its value, as in `self.add_metric(self.accuracy(y, p))`
        return
    if name is None:
        raise ValueError(f"`add_metric` of `{layer.name}` needs a `name`. Received: name=None.")
    metric = next((metric for metric in held if metric.name == name), None)
    if metric is None:
        layer.__hornbeam__.members.append(metric := Mean(name=name))
    if metric in layer.__hornbeam__.members:
        metric.update_state(value)
