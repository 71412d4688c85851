"""`TorchModuleWrapper`: a module of PyTorch as a layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import naming
from hornbeam.core.shared_variable import SharedVariable
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.shapes import as_shape, as_specs
from hornbeam.layers.bridges.modules_in_files import module_config, module_of
from hornbeam.layers.bridges.needs import check_engine


class TorchModuleWrapper(Layer):
    """y = module(*args, **kwargs): a `torch.nn.Module`, trained with the rest of the model.

    Args:
        module: the module. Its parameters and buffers are the layer's weights: whoever has the module sees what was
            trained. It is moved to where the engine computes, called in the mode that `training` says, and afterwards
            in the mode that it was in.
        name: unique by default.
        output_shape: the shape of the output, batch first, for a module that cannot be traced for it.

    What the module changes in its buffers while training is kept. A policy such as "mixed_bfloat16" is PyTorch's
    `autocast`. A module that becomes an attribute of a layer or model is wrapped by itself.

    Files hold no code: they name the class of the module and hold its weights by name. Pass a function without
    arguments that makes the module, or the class if it takes none or has `get_config`, in `custom_objects` when reading
    one.
    """

    row_independent = False

    def __init__(self, module: Any, name: str | None = None, output_shape: Any = None, **kwargs: Any):
        super().__init__(name=name, **kwargs)
        check_engine(type(self).__name__, engine.TORCH)
        if not engine.is_module(module):
            raise ValueError(f"`module` of `TorchModuleWrapper` must be a `torch.nn.Module`. Received: {module!r}.")
        self.store({"module": module, "output_shape": as_shape(output_shape)})
        with naming.scope(self.name):
            self._held = {name: _variable(name, *rest) for name, *rest in _tensors(module, self.name)}
        self.built = True

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "module":
            object.__setattr__(self, name, value)  # as it is: every other layer wraps it
        else:
            super().__setattr__(name, value)

    def call(self, *args: Any, training: bool | None = None, **kwargs: Any) -> Any:
        variables = list(self._held.values())
        tensors, values = [v.tensor for v in variables], [v.value for v in variables]
        outputs, after = engine.call_module(self.module, tensors, values, training, self.compute_dtype, args, kwargs)
        if training:
            for variable, value in zip(variables, after, strict=True):
                if not variable.trainable:
                    variable.assign(value)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        if self.output_shape is None:
            return super().compute_output_spec(*args, **kwargs)
        return as_specs(self.output_shape, self.compute_dtype)

    def parameters(self, recurse: bool = True) -> Iterator[Any]:
        """The module's parameters, as PyTorch's."""
        return self.module.parameters(recurse)

    def save_own_variables(self, store: Any) -> None:
        """Put the values of the parameters and buffers into `store`, by their names in the module."""
        for name, variable in self._held.items():
            store[name] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take the values that `save_own_variables` stored.

        Raises:
            ValueError: unless the names are those of the module, with values of their shapes; nothing is assigned then.
        """
        if set(store) != set(self._held):
            raise ValueError(
                f"The module of layer `{self.name}` has the weights {sorted(self._held)}. Received: {sorted(store)}."
            )
        values = {name: np.asarray(store[name]) for name in self._held}
        for name, variable in self._held.items():
            if values[name].shape != variable.shape:
                raise ValueError(
                    f"Weight `{name}` of layer `{self.name}` has shape {variable.shape}. "
                    f"Received: a value of shape {values[name].shape}."
                )
        for name, variable in self._held.items():
            variable.hold(values[name])

    def config_arguments(self) -> dict[str, Any]:
        return {name: value for name, value in super().config_arguments().items() if name != "module"}

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"module": module_config(self.module)}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Any:
        return super().from_config({**config, "module": module_of(config, custom_objects)}, custom_objects)


def _tensors(module: Any, layer: str) -> list[tuple[str, Any, str, bool]]:
    try:
        return engine.module_tensors(module)
    except ValueError as error:
        raise ValueError(
            f"The module of layer `{layer}` must be initialized: {error}; call it once on data. Received: {module!r}."
        ) from error


def _variable(name: str, tensor: Any, dtype: str, is_trained: bool) -> SharedVariable:
    return SharedVariable(tensor, dtype, is_trained, name.replace(".", "_"))
