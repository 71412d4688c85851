"""Devices, and what is on them."""

import contextlib

import torch

from hornbeam.engine.torch.arrays import chosen, default_device, from_host
from hornbeam.engine.torch.trees import tree_leaves


def devices():
    found = [f"gpu:{i}" for i in range(torch.cuda.device_count())]
    return [*found, "cpu:0", *(["mps:0"] if torch.backends.mps.is_available() else [])]


def as_device(name: str | None) -> torch.device:
    if name is None:
        return default_device()
    wanted = str(name).replace("cuda", "gpu")
    wanted = wanted if ":" in wanted else f"{wanted}:0"
    if wanted not in devices():
        raise ValueError(f"`device` must be one of {', '.join(map(repr, devices()))}. Received: {name!r}.")
    return torch.device("cpu" if wanted == "cpu:0" else wanted.replace("gpu", "cuda"))


def put(x, device=None):
    if isinstance(x, torch.Tensor):
        return x if device is None else x.to(as_device(device))
    return from_host(x).to(as_device(device))


@contextlib.contextmanager
def on_device(device):
    before, chosen.device = chosen.device, as_device(device)
    try:
        yield
    finally:
        chosen.device = before


def wait_awake(tree):
    """Calls return results."""


def synchronize(tree):
    for device in {x.device for x in tree_leaves(tree) if isinstance(x, torch.Tensor)}:
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        elif device.type == "mps":
            torch.mps.synchronize()


def memory_stats(device=None):
    where = as_device(device)
    if where.type != "cuda":
        return {}
    free, total = torch.cuda.mem_get_info(where)
    return {
        "bytes_in_use": torch.cuda.memory_allocated(where),
        "peak_bytes_in_use": torch.cuda.max_memory_allocated(where),
        "bytes_limit": total,
        "bytes_free": free,
    }
