"""`tf.test`, for scripts that ask whether there is a GPU: which devices there are is the engine's business."""

from __future__ import annotations

from typing import Any


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    return False


def is_built_with_cuda() -> bool:
    return False


def gpu_device_name() -> str:
    """No name: there is none to choose."""
    return ""
