"""Whether a builder can be written to a file, or sent to another process."""

from __future__ import annotations

import pickle
from typing import Any

from joblib.externals.loky.cloudpickle_wrapper import dumps


def check(builder: Any, where: str) -> None:
    """Raise for a builder that no way of pickling takes: neither pickle's, by name, nor joblib's, by value.

    Args:
        builder: what makes a model.
        where: the class of the estimator.
    """
    try:
        pickle.dumps(builder)
    except Exception:
        _check_by_value(builder, where)


def _check_by_value(builder: Any, where: str) -> None:
    try:
        dumps(builder)
    except Exception as error:
        name = getattr(builder, "__name__", type(builder).__name__)
        raise pickle.PicklingError(
            f"The builder `{name}` of `{where}` must be picklable to be saved or sent to other processes. "
            f"Received: an error from it, {str(error).rstrip('.')}; let it use nothing but its arguments, or run in "
            'threads: `with joblib.parallel_config("threading"):`.'
        ) from None
