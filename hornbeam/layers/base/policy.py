"""The dtype policy of a layer, and the dtypes that follow from it."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, naming, policies, tree
from hornbeam.layers.base.provided import provided
from hornbeam.layers.base.tracking import Tracked


def policy_of(dtype: Any, name: str) -> policies.DTypePolicy:
    """The policy that a dtype, a name, a config or a map of policies means for the layer that is called `name`."""
    policy = policies.get(dtype)
    policy = policy[naming.path(name)] if isinstance(policy, policies.DTypePolicyMap) else policy
    if policy.quantization_mode is not None:
        raise ValueError(f"Layer `{name}` computes in floats. Received: the quantized policy {policy.name!r}.")
    return policy


def in_own_dtype(layer: Typed, outputs: Any) -> Any:
    """What a layer inside of `layer`, which may have another policy, computed in its own dtype."""
    cast = lambda x: engine.cast(x, layer.compute_dtype) if engine.dtype_name(x) in dtypes.FLOATS else x  # noqa: E731
    return tree.map(cast, outputs)


class Typed(Tracked):
    """A layer's dtypes."""

    #: Which dtypes it computes in and stores its variables in; set it to a policy or a name.
    dtype_policy: Any

    @property
    def dtype(self) -> str:
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        return self.dtype_policy.compute_dtype

    @provided
    def input_dtype(self) -> str:
        """The dtype that float inputs are cast to."""
        return self.compute_dtype
