"""`Lambda`: a function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from hornbeam.core import staying, symbolic
from hornbeam.core.frozen_names import frozen
from hornbeam.layers.base.layer import Layer


class Lambda(Layer):
    """y = function(x, **arguments).

    Args:
        function: takes the input; it also gets `mask` and `training` if it has parameters of these names.
        output_shape: kept for configs; the shape is found by tracing `function`.
        mask: the mask of the output, or a function `(inputs, mask) -> mask`.
        arguments: keyword arguments for `function`.

    A file keeps the name of a function and none of its code: register a named one with
    `hornbeam.saving.register_keras_serializable()`. A lambda cannot be saved. Weights belong in a `Layer` of your own:
    those that a function uses are not found here.

    >>> import hornbeam
    >>> hornbeam.layers.Lambda(lambda x: 2 * x)([1.0, 2.0]).tolist()
    [2.0, 4.0]
    """

    row_independent = False

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        if not callable(function):
            raise ValueError(f"`function` of `Lambda` must be callable. Received: function={function!r}.")
        self.store(locals())
        self.arguments = arguments or {}
        self.supports_masking = mask is not None
        parameters = inspect.signature(function).parameters
        self._takes = [name for name in ("mask", "training") if name in parameters]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        known = self.__hornbeam__
        if staying.everywhere() and known.frozen is None and symbolic.is_symbolic(*args, *kwargs.values()):
            known.frozen = frozen(self.function)  # Keras 2 called it once, in the turn of a loop that it was made in
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        given = {"mask": mask, "training": training}
        function = self.__hornbeam__.frozen or self.function
        return function(inputs, **{name: given[name] for name in self._takes}, **self.arguments)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def config_arguments(self) -> dict[str, Any]:
        optional = ("output_shape", "mask")
        return {k: v for k, v in super().config_arguments().items() if v is not None or k not in optional}

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        if isinstance(config["function"], str):
            config["function"] = named_function(config["function"])
        return config

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Lambda:
        function = config.get("function")
        if isinstance(function, list):
            raise ValueError(
                "The config holds the function of a `Lambda` as compiled code, which Hornbeam never runs. "
                "Pass the function in `custom_objects` and name it in the config."
            )
        if isinstance(function, str):
            config = {**config, "function": named_function(function)}
        known = {key: value for key, value in config.items() if key not in _KERAS_2}
        return super().from_config(known, custom_objects)


_KERAS_2 = ("module", "function_type", "output_shape_type", "output_shape_module", "mask_type", "mask_module")


def named_function(name: str) -> dict[str, Any]:
    """The config of a function that files know by this name."""
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}
