"""`FlaxLayer`: a module of Flax as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hornbeam.layers.bridges.jax_layer import JaxLayer
from hornbeam.layers.bridges.modules_in_files import module_config, module_of


class FlaxLayer(JaxLayer):
    """y = module.apply(variables, inputs): a module of `flax.linen` with its collections of variables.

    Args:
        module: a `flax.linen.Module`, or whatever has its `init` and `apply`.
        method: which of its methods to call, by name; or a function of `(module, inputs, training)`; `__call__` by
            default. `training` is passed where it is a parameter.
        variables: what `module.init` gives, to start from: `{"params": ..., "batch_stats": ...}`.

    What is in "params" is trained. All other collections are state, which the module may change.

    Files hold no code: they name the class of the module, with its fields where these are numbers, strings or lists.
    Pass the class, or a function without arguments that makes the module, in `custom_objects` when reading one.
    """

    def __init__(
        self, module: Any, method: str | Callable[..., Any] | None = None, variables: Any = None, **kwargs: Any
    ):
        if not (hasattr(module, "init") and hasattr(module, "apply")):
            raise ValueError(
                f"`module` of `FlaxLayer` must be a `flax.linen.Module`, with `init` and `apply`. "
                f"Received: module={module!r}."
            )
        variables = None if variables is None else _as_dict(variables)
        self._applied = _Applied(module, method)
        params = None if variables is None else variables.pop("params", {})
        super().__init__(self._applied.call, self._applied.init, params, variables, **kwargs)
        self.store({"module": module, "method": method})

    def config_arguments(self) -> dict[str, Any]:
        hidden = ("call_fn", "init_fn", "module", "native_serialization_platforms", "variables")
        return {name: value for name, value in super().config_arguments().items() if name not in hidden}

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"module": module_config(self.module)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        return super().from_config({**config, "module": module_of(config, custom_objects)}, custom_objects)


class _Applied:
    """`init` and `apply` of a module as the functions that a `JaxLayer` is made of."""

    def __init__(self, module: Any, method: str | Callable[..., Any] | None):
        self.module = module
        self.method = getattr(type(module), method) if isinstance(method, str) else method
        called = self.method or type(module).__call__
        self.takes_training = "training" in inspect.signature(called).parameters

    def init(self, rng: Any, inputs: Any, training: bool) -> tuple[Any, Any]:
        state = _as_dict(self.module.init(rng, inputs, method=self.method, **self._flag(training)))
        return state.pop("params", {}), state

    def call(self, params: Any, state: Any, rng: Any, inputs: Any, training: bool) -> tuple[Any, Any]:
        variables = {"params": params, **state}
        outputs, changed = self.module.apply(
            variables, inputs, rngs=rng, method=self.method, mutable=list(state), **self._flag(training)
        )
        return outputs, {**state, **_as_dict(changed)}

    def _flag(self, training: bool) -> dict[str, bool]:
        return {"training": training} if self.takes_training else {}


def _as_dict(variables: Mapping[str, Any]) -> dict[str, Any]:
    return dict(variables)
