"""`tf.debugging`: assertions of values that are known; inside compiled steps they say nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.legacy.tensorflow.errors import InvalidArgumentError


def _assert(name: str, holds: Callable[..., Any], message: Any, *values: Any) -> None:
    arrays = [ops.convert_to_tensor(value) for value in values]
    if any(engine.is_traced(array) for array in arrays):
        return
    found = [np.asarray(array) for array in arrays]
    if not np.all(holds(*found)):
        shown = " and ".join(np.array2string(array, threshold=10) for array in found)
        raise InvalidArgumentError(f"{message or f'`tf.debugging.{name}` does not hold.'} Received: {shown}.")


def _of_two(name: str, holds: Callable[..., Any]) -> Callable[..., None]:
    def check(x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
        _assert(check.__name__, holds, message, x, y)

    check.__name__ = name
    return check


def _of_one(name: str, holds: Callable[..., Any]) -> Callable[..., None]:
    def check(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
        _assert(check.__name__, holds, message, x)

    check.__name__ = name
    return check


assert_equal = _of_two("assert_equal", lambda x, y: x == y)
assert_none_equal = _of_two("assert_none_equal", lambda x, y: x != y)
assert_less = _of_two("assert_less", lambda x, y: x < y)
assert_less_equal = _of_two("assert_less_equal", lambda x, y: x <= y)
assert_greater = _of_two("assert_greater", lambda x, y: x > y)
assert_greater_equal = _of_two("assert_greater_equal", lambda x, y: x >= y)
assert_positive = _of_one("assert_positive", lambda x: x > 0)
assert_negative = _of_one("assert_negative", lambda x: x < 0)
assert_non_negative = _of_one("assert_non_negative", lambda x: x >= 0)
assert_non_positive = _of_one("assert_non_positive", lambda x: x <= 0)
assert_all_finite = _of_one("assert_all_finite", np.isfinite)


def check_numerics(tensor: Any, message: Any = None, name: Any = None) -> Any:
    """`tensor`, if all of it is finite."""
    assert_all_finite(tensor, message)
    return tensor


def assert_near(x: Any, y: Any, rtol: float = 1e-6, atol: float = 1e-6, message: Any = None, **_: Any) -> None:
    """|x - y| ≤ atol + rtol |y|."""
    _assert("assert_near", lambda a, b: np.abs(a - b) <= atol + rtol * np.abs(b), message, x, y)


def assert_rank(x: Any, rank: int, message: Any = None, name: Any = None) -> None:
    """So many axes."""
    if len(ops.shape(x)) != int(rank):
        raise ValueError(message or f"`tf.debugging.assert_rank` expects rank {rank}. Received: shape {ops.shape(x)}.")


def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: Any = None) -> None:
    """This dtype."""
    found = str(ops.convert_to_tensor(tensor).dtype).rpartition(".")[2]
    if found != str(tf_type):
        raise TypeError(message or f"`tf.debugging.assert_type` expects {tf_type}. Received: {found}.")


def assert_shapes(shapes: Any, message: Any = None, **_: Any) -> None:
    """These sizes; letters stand for sizes that agree, `None` for any."""
    known: dict[Any, Any] = {}
    for tensor, sizes in shapes.items() if isinstance(shapes, dict) else shapes:
        found = tuple(ops.shape(tensor))
        fits = len(found) == len(sizes) and all(
            want is None or have is None or have == (known.setdefault(want, have) if isinstance(want, str) else want)
            for have, want in zip(found, sizes, strict=True)
        )
        if not fits:
            raise ValueError(message or f"`tf.debugging.assert_shapes` expects {tuple(sizes)}. Received: {found}.")


def enable_check_numerics(*_: Any, **__: Any) -> None:
    """Nothing: `model.fit` says of losses that are not finite."""


disable_check_numerics = set_log_device_placement = enable_check_numerics
