"""Dtype names, and the policies that say which dtypes a layer computes and stores in."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

FLOATS = ("bfloat16", "float16", "float32", "float64")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
ALL = (*FLOATS, *SIGNED, *UNSIGNED, "bool", "complex64", "complex128", "string")
_ALIASES = {
    "float": "float32",
    "half": "float16",
    "double": "float64",
    "int": "int32",
    "bool_": "bool",
    "str": "string",
}

_floatx = "float32"


def floatx() -> str:
    """The dtype of weights and inputs that do not name one; "float32" unless changed."""
    return _floatx


def set_floatx(value: str) -> None:
    """Set the dtype of weights and inputs that do not name one.

    Raises:
        ValueError: unless `value` is one of "bfloat16", "float16", "float32", "float64".
    """
    global _floatx, _policy
    if value not in FLOATS:
        raise ValueError(f"`floatx` must be one of {', '.join(FLOATS)}. Received: {value!r}.")
    _floatx = value
    _policy = None


def standardize(dtype: Any) -> str:
    """The canonical name of a dtype: a name, a NumPy dtype or type, or an engine's dtype; `None` is `floatx()`."""
    if dtype is None:
        return _floatx
    name = (
        dtype
        if isinstance(dtype, str)
        else getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    )
    name = name.rpartition(".")[2]
    name = _ALIASES.get(name, name)
    if name not in ALL:
        raise ValueError(f"`dtype` must be one of {', '.join(ALL)}. Received: {dtype!r}.")
    return name


def is_float(dtype: str) -> bool:
    return dtype in FLOATS


def numpy_dtype(dtype: str) -> np.dtype:
    """NumPy's dtype for a name; bfloat16 comes from `ml_dtypes`."""
    return np.dtype(getattr(ml_dtypes, dtype) if dtype == "bfloat16" else dtype)


def finfo(dtype: str) -> Any:
    """Limits of a float dtype: `eps`, `max`, `min`, `tiny`."""
    return ml_dtypes.finfo(numpy_dtype(dtype))


class DTypePolicy:
    """Which dtype a layer computes in and which one it stores its variables in.

    Args:
        name: a float dtype for both, or "mixed_float16" / "mixed_bfloat16": compute in 16 bits, store in float32.

    >>> policy = DTypePolicy("mixed_bfloat16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('bfloat16', 'float32')
    """

    api_module = "keras"

    def __init__(self, name: str | None = None, source_name: str | None = None):
        self.name = name or floatx()
        self.source_name = source_name
        if self.name.startswith("mixed_"):
            self.compute_dtype, self.variable_dtype = self.name[len("mixed_") :], "float32"
            if self.compute_dtype not in ("float16", "bfloat16"):
                raise ValueError(f"A mixed policy is `mixed_float16` or `mixed_bfloat16`. Received: name={name!r}.")
        else:
            self.compute_dtype = self.variable_dtype = standardize(self.name)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        return cls(**config)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.name == self.name  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self.name)


_policy: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy of layers that name none: `floatx()` unless `set_dtype_policy` said otherwise."""
    return _policy or DTypePolicy(_floatx)


def set_dtype_policy(policy: DTypePolicy | str | None) -> None:
    """Set the policy of layers made from now on; `None` goes back to `floatx()`."""
    global _policy
    _policy = None if policy is None else get_policy(policy)


def get_policy(identifier: Any) -> DTypePolicy:
    """A policy from a policy, a name, a dtype, a config dictionary, or `None` for the global one."""
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        config = identifier.get("config")
        if identifier.get("class_name") not in ("DTypePolicy", "Policy", "FloatDTypePolicy") or not isinstance(
            config, dict
        ):
            raise ValueError(f"A dtype policy's config must be a `DTypePolicy` with a name. Received: {identifier}.")
        return DTypePolicy(config.get("name"))
    return DTypePolicy(
        identifier if isinstance(identifier, str) and identifier.startswith("mixed_") else standardize(identifier)
    )
