"""Whether a builder can be written to a file, or sent to another process."""

from __future__ import annotations

import pickle
from typing import Any

from joblib.externals.loky.backend import reduction
from joblib.externals.loky.cloudpickle_wrapper import dumps


class Refusing:
    """In the place of a builder that cannot be sent: says so when it is called, by the process that it is sent to.

    What goes wrong while joblib sends something has joblib's sentence, what goes wrong there has its own.
    """

    def __init__(self, message: str):
        self.message = message

    def __call__(self, **_: Any) -> Any:
        raise pickle.PicklingError(self.message)


def check(builder: Any, where: str) -> None:
    """Raise for a builder that no way of pickling takes: neither pickle's, by name, nor joblib's, by value.

    Args:
        builder: what makes a model.
        where: the class of the estimator.
    """
    try:
        pickle.dumps(builder)
    except Exception:
        refusal = _refusal(builder, where)
        if refusal is not None:
            raise pickle.PicklingError(refusal) from None


def _refusal(builder: Any, where: str) -> str | None:
    """Why a builder cannot be pickled by value."""
    try:
        dumps(builder)
    except Exception as error:
        name = getattr(builder, "__name__", type(builder).__name__)
        return (
            f"The builder `{name}` of `{where}` must be picklable to be saved or sent to other processes. "
            f"Received: an error from it, {str(error).rstrip('.')}; let it use nothing but its arguments, or run in "
            'threads: `with joblib.parallel_config("threading"):`.'
        )
    return None


def register(estimator: type) -> None:
    """Let joblib's processes get estimators of a class with a builder that says so where it cannot be sent."""
    reduction.register(estimator, _sent)


def _sent(estimator: Any) -> Any:
    """What joblib writes in an estimator's place; it takes functions of a script by value, which pickle does not."""
    refusal = None if estimator._builds_itself else _refusal(estimator._builder(), type(estimator).__name__)
    if refusal is None:
        return estimator.__reduce_ex__(2)
    builder, other = estimator._builder(), object.__new__(type(estimator))
    kept = vars(estimator).items()
    vars(other).update({name: Refusing(refusal) if value is builder else value for name, value in kept})
    return other.__reduce_ex__(2)
