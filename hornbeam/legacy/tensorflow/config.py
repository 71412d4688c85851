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


experimental_run_functions_eagerly = run_functions_eagerly
set_soft_device_placement = set_logical_device_configuration = set_visible_devices


def LogicalDeviceConfiguration(**settings: Any) -> None:
    """Nothing: the engine takes memory as it needs it."""


class experimental:
    """The same under older names."""

    list_physical_devices = staticmethod(list_physical_devices)
    list_logical_devices = get_visible_devices = list_physical_devices
    VirtualDeviceConfiguration = staticmethod(LogicalDeviceConfiguration)
    set_memory_growth = enable_op_determinism = set_virtual_device_configuration = staticmethod(set_visible_devices)
    set_visible_devices = staticmethod(set_visible_devices)


class optimizer:
    """How graphs are compiled is the engine's business."""

    set_jit = set_experimental_options = staticmethod(set_visible_devices)


class threading:
    """Threads are the engine's business, too."""

    set_inter_op_parallelism_threads = staticmethod(set_visible_devices)
    set_intra_op_parallelism_threads = staticmethod(set_visible_devices)
