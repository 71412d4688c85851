"""Dtype policies: which dtype a layer computes in, and which one it stores its variables in."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, serialization
from hornbeam.core.configurable import Configurable


class DTypePolicy(Configurable):
    """Which dtype a layer computes in and which one it stores its variables in.

    Args:
        name: a float dtype for both, or "mixed_float16" / "mixed_bfloat16": compute in 16 bits, store in float32. By
            default that of the global policy.

    Raises:
        ValueError: for another name.

    >>> import hornbeam
    >>> policy = hornbeam.DTypePolicy("mixed_bfloat16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('bfloat16', 'float32')
    """

    quantization_mode: str | None = None
    is_fixed = True

    def __init__(self, name: str | None = None):
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be a string, such as 'mixed_float16'. Received: name={name!r}.")
        self._name = _global_name() if name is None else name
        self._compute_dtype, self._variable_dtype = _parse(self._name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype of what a layer computes."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of a layer's variables."""
        return self._variable_dtype

    def convert_input(self, x: Any, autocast: bool, dtype: str) -> Any:
        """`x` as an array; in `dtype` if it holds floats and `autocast` says so."""
        x = engine.asarray(x)
        return engine.cast(x, dtype) if autocast and engine.dtype_name(x) in dtypes.FLOATS else x

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self.name}">'

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.get_config() == self.get_config()

    def __hash__(self) -> int:
        return hash(self.name)


FloatDTypePolicy = DTypePolicy


class QuantizedDTypePolicy(DTypePolicy):
    """Weights in few bits, computed in a float policy's dtype: the name is `<mode>_from_<source>`.

    Hornbeam's layers compute in floats; a layer refuses such a policy. It is here so that configs can be read and told.

    Args:
        mode: "int8" or "int4".
        source_name: the float policy; the global one by default.

    >>> import hornbeam
    >>> hornbeam.dtype_policies.get("int8_from_float32").quantization_mode
    'int8'
    """

    api_module = "keras.dtype_policies"
    modes: tuple[str, ...] = ("int8", "int4")

    def __init__(self, mode: str, source_name: str | None = None):
        self.mode = mode
        self.quantization_mode, *numbers = mode.split("/")
        if self.quantization_mode not in self.modes:
            raise ValueError(f"`mode` of `{type(self).__name__}` must be one of {self.modes}. Received: mode={mode!r}.")
        self.source_name = _global_name() if source_name is None else source_name
        self.parse_numbers([_whole(number, mode) for number in numbers])
        super().__init__(f"{mode}_from_{self.source_name}")

    def parse_numbers(self, numbers: list[int]) -> None:
        """Keep the numbers of a mode such as "int4/128"."""
        if numbers:
            raise ValueError(f"`mode` of `{type(self).__name__}` takes no numbers. Received: mode={self.mode!r}.")

    def get_config(self) -> dict[str, Any]:
        return {"mode": self.mode, "source_name": self.source_name}


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """8-bit floats, scaled by the largest values of the last steps.

    Args:
        mode: "float8".
        source_name: the float policy.
        amax_history_length: how many steps are looked back.
    """

    modes = ("float8",)

    def __init__(self, mode: str, source_name: str | None = None, amax_history_length: int = 1024):
        super().__init__(mode, source_name)
        self._amax_history_length = amax_history_length

    @property
    def amax_history_length(self) -> int:
        return self._amax_history_length

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amax_history_length": self.amax_history_length}


class Int4DTypePolicy(QuantizedDTypePolicy):
    """4-bit weights with a scale per block: the mode is "int4/<block size>", with -1 for one block per column."""

    modes = ("int4",)

    def parse_numbers(self, numbers: list[int]) -> None:
        if len(numbers) != 1:
            raise ValueError(f'`mode` must be "int4/<block size>". Received: mode={self.mode!r}.')
        (self.block_size,) = numbers


class GPTQDTypePolicy(QuantizedDTypePolicy):
    """Weights quantized by GPTQ: the mode is "gptq/<bits>/<group size>"."""

    modes = ("gptq",)

    def parse_numbers(self, numbers: list[int]) -> None:
        if len(numbers) != 2 or numbers[0] not in (2, 3, 4, 8):
            raise ValueError(f'`mode` must be "{self.modes[0]}/<bits>/<group size>". Received: mode={self.mode!r}.')
        self.weight_bits, self.group_size = numbers


class AWQDTypePolicy(GPTQDTypePolicy):
    """Weights quantized with regard to activations: the mode is "awq/<bits>/<group size>"."""

    modes = ("awq",)


class DTypePolicyMap(MutableMapping, Configurable):
    """Policies by layer: the key that a layer's path equals, or else the only pattern that it matches.

    Args:
        default_policy: for paths that nothing matches; the global policy by default.
        policy_map: policies by path or regular expression.

    >>> import hornbeam
    >>> policies = hornbeam.dtype_policies.DTypePolicyMap("float32")
    >>> policies["encoder/.*"] = "mixed_bfloat16"
    >>> policies["encoder/dense"].compute_dtype, policies["head"].compute_dtype
    ('bfloat16', 'float32')
    """

    api_module = "keras.dtype_policies"
    quantization_mode = None

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None):
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(f"`policy_map` must be a dictionary of policies by path. Received: {policy_map!r}.")
        self._default = None if default_policy is None else get(default_policy)
        self._policies: dict[str, Any] = {}
        for key, policy in (policy_map or {}).items():
            self[key] = policy

    @property
    def name(self) -> str:
        return "map_" + self.default_policy.name

    @property
    def default_policy(self) -> DTypePolicy:
        return self._default or dtype_policy()

    @property
    def compute_dtype(self) -> str:
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        return self.default_policy.variable_dtype

    def __getitem__(self, path: str) -> DTypePolicy:
        if path in self._policies:
            return self._policies[path]
        found = [key for key in self._policies if re.fullmatch(key, path)]
        if len(found) > 1:
            raise ValueError(
                f"A path must match one key of the `DTypePolicyMap`. Received: {path!r}, which matches {found}."
            )
        return self._policies[found[0]] if found else self.default_policy

    def __setitem__(self, path: str, policy: Any) -> None:
        if path in self._policies:
            raise ValueError(f"{path!r} is in the `DTypePolicyMap` already: delete it first.")
        self._policies[path] = get(policy)

    def __delitem__(self, path: str) -> None:
        del self._policies[path]

    def __contains__(self, path: object) -> bool:
        return path in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def get_config(self) -> dict[str, Any]:
        default = None if self._default is None else serialization.serialize_object(self._default)
        policies = {key: serialization.serialize_object(policy) for key, policy in self._policies.items()}
        return {"default_policy": default, "policy_map": policies}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> DTypePolicyMap:
        """The map that `get_config` described."""
        default, policies = config.get("default_policy"), config.get("policy_map") or {}
        return cls(
            None if default is None else deserialize(default, custom_objects),
            {key: deserialize(policy, custom_objects) for key, policy in policies.items()},
        )

    def __repr__(self) -> str:
        default = None if self._default is None else self._default.name
        mapping = [(path, policy.name) for path, policy in self._policies.items()]
        return f"<{type(self).__name__} default_policy={default!r}, mapping={mapping}>"

    __hash__ = object.__hash__


_policy: DTypePolicy | DTypePolicyMap | None = None


def dtype_policy() -> Any:
    """The policy of layers that name none: `floatx()` unless `set_dtype_policy` said otherwise."""
    return _policy if _policy is not None else DTypePolicy(dtypes.floatx())


def _global_name() -> str:
    policy = dtype_policy()
    return policy.default_policy.name if isinstance(policy, DTypePolicyMap) else policy.name


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers made from now on; `None` goes back to `floatx()`."""
    global _policy
    _policy = None if policy is None else get(policy)


def get(identifier: Any) -> Any:
    """A policy from a policy, a name, a dtype, a config, or `None` for the global one.

    Raises:
        ValueError: for anything else.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy | DTypePolicyMap):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        mode, is_quantized, source = identifier.partition("_from_")
        if is_quantized:
            return _quantized(mode)(mode, source)
        return DTypePolicy(identifier)
    return DTypePolicy(dtypes.standardize(identifier))


def serialize(dtype_policy: Any) -> dict[str, Any]:
    """The config of a policy."""
    return serialization.serialize_object(dtype_policy)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The policy that `serialize` described."""
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise ValueError(f"A dtype policy's config must be a dictionary with a `config`. Received: {config!r}.")
    found = serialization.deserialize(config, custom_objects, kind="keras.dtype_policies")
    if not isinstance(found, DTypePolicy | DTypePolicyMap):
        raise ValueError(f"A dtype policy's config must name a policy. Received: {config!r}.")
    return found


def _parse(name: str) -> tuple[str, str]:
    """The compute dtype and the variable dtype that a name stands for."""
    name = name.rpartition("_from_")[2]
    if name.startswith("mixed_"):
        if name not in ("mixed_float16", "mixed_bfloat16"):
            raise ValueError(f"A mixed policy is `mixed_float16` or `mixed_bfloat16`. Received: {name!r}.")
        return name.removeprefix("mixed_"), "float32"
    return (dtypes.standardize(name),) * 2


def _quantized(mode: str) -> type[QuantizedDTypePolicy]:
    kinds = {"float8": QuantizedFloat8DTypePolicy, "gptq": GPTQDTypePolicy, "awq": AWQDTypePolicy}
    return Int4DTypePolicy if mode.startswith("int4/") else kinds.get(mode.partition("/")[0], QuantizedDTypePolicy)


def _whole(text: str, mode: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"`mode` must have integers after its name. Received: mode={mode!r}.") from None
