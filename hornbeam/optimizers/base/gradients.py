"""Gradients and their variables: which belong together, and what is missing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from hornbeam import engine
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import Array, as_array


def paired(
    optimizer: Any, grads: Sequence[Any], variables: Sequence[Variable] | None
) -> tuple[list[Array], list[Variable]]:
    """The gradients there are, in the dtypes of their variables, and these; the optimizer is built if it is not.

    Raises:
        ValueError: when there are more or fewer gradients than variables, no gradient at all, or a variable that the
            optimizer was not built for.
    """
    grads, variables = list(grads), _variables(optimizer, variables)
    if len(grads) != len(variables):
        raise ValueError(
            f"Optimizer `{optimizer.name}` needs one gradient for each of {len(variables)} variables. "
            f"Received: {len(grads)} gradients."
        )
    if not optimizer.built:
        optimizer.build(variables)
    _check_known(optimizer, variables)
    _check_missing(optimizer, grads, variables)
    kept = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
    return [engine.cast(as_array(g), v.dtype) for g, v in kept], [v for _, v in kept]


def _variables(optimizer: Any, variables: Sequence[Variable] | None) -> list[Variable]:
    if variables is not None:
        return list(variables)
    if not optimizer.built:
        raise ValueError(f"Optimizer `{optimizer.name}` must be built, or `apply` be given `trainable_variables`.")
    return list(optimizer._state.trained)


def _check_known(optimizer: Any, variables: list[Variable]) -> None:
    unknown = [v.path for v in variables if v not in optimizer._state.index]
    if unknown:
        raise ValueError(
            f"Optimizer `{optimizer.name}` was built for other variables. Received: {', '.join(unknown)}. "
            "Call `optimizer.build(variables)` with all variables before the first update."
        )


def _check_missing(optimizer: Any, grads: list[Any], variables: list[Variable]) -> None:
    missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
    if variables and len(missing) == len(variables):
        raise ValueError(
            f"The loss must depend on at least one variable. Received: no gradient for any of {', '.join(missing)}."
        )
    if missing and not optimizer._warned:
        optimizer._warned = True
        warnings.warn(f"The loss does not depend on {', '.join(missing)}: they will not be trained.", stacklevel=4)
