"""`tf.distribute`: strategies of one device, so that scripts which ask for several run on what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Never

from hornbeam.core.renaming.notice import say


class ReduceOp:
    """How the results of devices become one."""

    SUM, MEAN = "SUM", "MEAN"


class Strategy:
    """Runs on one device, whatever was asked for."""

    num_replicas_in_sync = 1

    def __init__(self, *_: Any, **__: Any):
        say("tf.distribute", "`tf.distribute` has one device here: all else runs as it would without a strategy.")

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """What is made inside is made as always."""
        yield self

    def run(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None) -> Any:
        """`fn(*args, **kwargs)`."""
        return fn(*args, **(kwargs or {}))

    experimental_run_v2 = run

    def reduce(self, reduce_op: Any, value: Any, axis: int | None = None) -> Any:
        """The result of the one device; along an axis the sum or mean of its rows."""
        if axis is None:
            return value
        return value.sum(axis) if str(reduce_op).endswith("SUM") else value.mean(axis)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """`dataset`."""
        return dataset

    def experimental_local_results(self, value: Any) -> tuple[Any]:
        """The result of the one device."""
        return (value,)

    unwrap = experimental_local_results


MirroredStrategy = OneDeviceStrategy = MultiWorkerMirroredStrategy = TPUStrategy = Strategy


def get_strategy() -> Strategy:
    """The strategy of one device."""
    return Strategy()


def has_strategy() -> bool:
    return False


class cluster_resolver:
    """`tf.distribute.cluster_resolver`."""

    @staticmethod
    def TPUClusterResolver(*_: Any, **__: Any) -> Never:
        """There is none: scripts go on without when they are told so."""
        raise ValueError("No TPU is found through TensorFlow here: JAX finds those that there are by itself.")


class experimental:
    """`tf.distribute.experimental`."""

    MultiWorkerMirroredStrategy = TPUStrategy = CentralStorageStrategy = ParameterServerStrategy = Strategy
