"""Settings: the engine, default dtypes, caches."""

from __future__ import annotations

from hornbeam.core.dtypes import floatx, set_floatx
from hornbeam.core.policies import dtype_policy, set_dtype_policy
from hornbeam.engine import backend, set_backend

__all__ = ["backend", "dtype_policy", "floatx", "set_backend", "set_dtype_policy", "set_floatx"]
