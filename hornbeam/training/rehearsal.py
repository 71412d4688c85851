"""A step gone through before it is compiled, to build the layers and optimizers that it uses; errors come later."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import lift, symbolic, tree
from hornbeam.data.packing import pack_x_y_sample_weight
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.training import steps_of_backends

Step = Callable[[Any], Any]


def without_values(step: Step, data: Any) -> None:
    """Go through a step for data like `data`, computing nothing."""
    run = lambda data: steps_of_backends.run(step, pack_x_y_sample_weight(*data)) and None  # noqa: E731
    with lift.discard_assignments(), discarded_losses(), contextlib.suppress(Exception):
        symbolic.infer(run, (tree.map(_spec, data),))


def on_two_rows(step: Step, data: Any) -> None:
    """Go through a step on values, for one that computes in its engine's own way."""
    rows = tree.map(lambda x: None if x is None else engine.asarray(x[:2]), data)
    with lift.discard_assignments(), discarded_losses(), contextlib.suppress(Exception):
        steps_of_backends.run(step, pack_x_y_sample_weight(*rows))


def _spec(x: Any) -> symbolic.SymbolicTensor | None:
    if x is None:
        return None
    dtype = x.dtype.name if isinstance(x, np.ndarray) else engine.dtype_name(x)
    return symbolic.SymbolicTensor((None, *x.shape[1:]), dtype)
