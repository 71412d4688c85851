"""`tf.config`: there is one device, and nothing to set."""

from __future__ import annotations

from typing import Any


def list_physical_devices(device_type: str | None = None) -> list[Any]:
    """Nothing: which devices there are is the engine's business."""
    return []


list_logical_devices = get_visible_devices = list_physical_devices


def set_visible_devices(*args: Any, **kwargs: Any) -> None:
    """Nothing."""


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Nothing: functions run as they are."""


class experimental:
    """The same under older names."""

    list_physical_devices = staticmethod(list_physical_devices)
    set_memory_growth = staticmethod(set_visible_devices)
    set_visible_devices = staticmethod(set_visible_devices)


class threading:
    """Threads are the engine's business, too."""

    set_inter_op_parallelism_threads = staticmethod(set_visible_devices)
    set_intra_op_parallelism_threads = staticmethod(set_visible_devices)
