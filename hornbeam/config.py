"""Settings: the engine, default dtypes, the axis of channels."""

from __future__ import annotations

from hornbeam.core.dtypes import floatx, set_floatx
from hornbeam.core.policies import dtype_policy, set_dtype_policy
from hornbeam.core.settings import epsilon, image_data_format, set_epsilon, set_image_data_format
from hornbeam.engine import backend, set_backend

__all__ = [
    "backend",
    "dtype_policy",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]
