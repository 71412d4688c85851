"""Devices, and what is on them."""

import contextlib
import functools
import os

import jax

from hornbeam.engine.jax.arrays import from_host, not_tracing

_LOOKS = 150  # of a quarter of a microsecond each


def _device_name(device) -> str:
    return f"{device.platform}:{device.id}"


@functools.cache
def _devices():
    found = list(jax.devices())
    if found[0].platform != "cpu":
        with contextlib.suppress(RuntimeError):
            found += jax.devices("cpu")
    return {_device_name(device): device for device in found}


def _device(name: str | None):
    if name is None:
        return None
    wanted = str(name).replace("cuda", "gpu")
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in _devices():
        raise ValueError(f"`device` must be one of {', '.join(map(repr, _devices()))}. Received: {name!r}.")
    return _devices()[wanted]


def on_cpu() -> bool:
    """Whether what is compiled now is for a CPU."""
    device = jax.config.jax_default_device
    if device is None:
        return jax.default_backend() == "cpu"
    return getattr(device, "platform", device) == "cpu"


def devices():
    return list(_devices())


def put(x, device=None):
    if isinstance(x, jax.Array):
        return x if device is None else jax.device_put(x, _device(device))
    return from_host(x, device=_device(device))


def on_device(device):
    return jax.default_device(_device(device))


def synchronize(tree):
    jax.block_until_ready(tree)


def wait_awake(tree):
    """A thread that falls asleep until a result is there is woken late: that doubles the time of small programs."""
    leaves = jax.tree.leaves(tree)
    if leaves and _has_cores() and not_tracing():
        for _ in range(_LOOKS):
            if leaves[0].is_ready():  # and so are the others of the same program
                return


@functools.cache
def _has_cores() -> bool:
    """Whether something else may compute meanwhile."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return on_cpu() and count > 1


def memory_stats(device=None):
    return (_device(device) or jax.devices()[0]).memory_stats() or {}
