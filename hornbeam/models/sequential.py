"""`Sequential`: layers one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hornbeam.core import dtypes, serialization, tree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Input, InputLayer, Layer
from hornbeam.models.graph import match
from hornbeam.models.model import Model


class Sequential(Model):
    """A stack of layers, each with one input and one output.

    Args:
        layers: the layers, or add them one by one.
        trainable: whether optimizers may move the weights.
        name: unique by default.

    The weights are made as soon as the input's shape is known: from an `Input` at the start, from `input_shape=` of the
    first layer, from `build(input_shape)`, or from the first data.

    >>> import hornbeam
    >>> model = hornbeam.Sequential([hornbeam.Input((3,)), hornbeam.layers.Dense(2)])
    >>> model.output_shape
    (None, 2)
    """

    api_module = "keras"
    saves_layers_first = True

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None, **kwargs: Any
    ):
        super().__init__(trainable=trainable, name=name, **kwargs)
        self._layers: list[Layer] = []
        self._start: SymbolicTensor | None = None
        self._end: SymbolicTensor | None = None
        for layer in _as_list(layers):
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return list(self._layers)

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put `layer` at the end.

        Raises:
            ValueError: when it is no layer, its name is taken, or it does not fit what comes before.
        """
        if (
            isinstance(layer, SymbolicTensor)
            and layer.node is not None
            and isinstance(layer.node.operation, InputLayer)
        ):
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise ValueError(f"A Sequential model takes layers. Received: {layer!r}.")
        if isinstance(layer, InputLayer):
            if self._layers or self._start is not None:
                raise ValueError(
                    f"An `Input` must come first in model `{self.name}`. "
                    f"Received: one after {len(self._layers)} layers."
                )
            self._begin(layer.inbound_nodes[0].outputs)
            return
        if any(layer.name == other.name for other in self._layers):
            raise ValueError(
                f"Layers of model `{self.name}` must have different names. Received: {layer.name!r} twice."
            )
        if not self._layers and self._start is None:
            inner = layer.inputs if isinstance(layer, Model) and layer.inputs is not None else None
            if layer._first_input is not None:
                self._begin(Input(batch_shape=layer._first_input, dtype=_input_dtype(layer)))
            elif inner is not None and len(inner) == 1:
                self._begin(Input(batch_shape=inner[0].shape, dtype=inner[0].dtype))
        if self._start is not None:
            self._end = _one_output(layer, layer(self._end))
            self.built = True
        self._layers.append(layer)
        self._forget_programs()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer away and return it."""
        if not self._layers:
            raise ValueError(f"Model `{self.name}` has no layers to take away.")
        layer = self._layers.pop()
        if self._start is not None:
            self._end = layer.inbound_nodes[-1].inputs[0] if layer.inbound_nodes else self._start
            self.built = bool(self._layers)
        self._forget_programs()
        return layer

    def _begin(self, start: Any) -> None:
        self._start = self._end = start

    def build(self, input_shape: Any = None) -> None:
        if not self._layers:
            raise ValueError(f"Model `{self.name}` has no layers: add some before building it.")
        if self._start is None and input_shape is not None:
            self._connect(Input(batch_shape=tuple(input_shape), dtype=_input_dtype(self._layers[0])))
        self.built = self._start is not None

    def _connect(self, start: SymbolicTensor) -> None:
        """Call the layers one after another, from `start`."""
        end = start
        for layer in self._layers:
            end = _one_output(layer, layer(end))
        self._start, self._end = start, end

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        outputs = inputs if self._start is None else match(inputs, self._start, self.name)[0]
        for layer in self._layers:
            outputs = layer(outputs)
        return outputs

    @property
    def inputs(self) -> list[SymbolicTensor] | None:
        return [self._start] if self._start is not None else None

    @property
    def outputs(self) -> list[SymbolicTensor] | None:
        return [self._end] if self._end is not None else None

    @property
    def input_structure(self) -> Any:
        return self._start

    @property
    def output_structure(self) -> Any:
        return self._end

    def get_config(self) -> dict[str, Any]:
        layers: list[Layer] = list(self._layers)
        if self._start is not None and self._start.node is not None:
            layers.insert(0, self._start.node.operation)
        config = {"name": self.name, "trainable": self.trainable, "dtype": serialization.serialize(self.dtype_policy)}
        config["layers"] = [serialization.serialize_object(layer) for layer in layers]
        if self._start is not None:
            config["build_input_shape"] = list(self._start.shape)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        if "layers" not in config:
            return super().from_config(config)
        with serialization.custom_object_scope(custom_objects or {}):
            model = cls(name=config.get("name"))
            for layer in config["layers"]:
                model.add(serialization.deserialize(layer, kind="keras.layers"))
        if not model.built and config.get("build_input_shape"):
            model.build(tuple(config["build_input_shape"]))
        if config.get("trainable") is False:
            model._trainable = False
        return model

    def get_build_config(self) -> dict[str, Any] | None:
        return {"input_shape": list(self._start.shape)} if self._start is not None else None

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        start = state.pop("_start", None)
        state.pop("_end", None)
        return state | {"_batch_shape": None if start is None else (start.shape, start.dtype, start.name)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        shape = state.pop("_batch_shape")
        self.__dict__ |= state | {"_start": None, "_end": None}
        if shape is not None:
            self._connect(Input(batch_shape=shape[0], dtype=shape[1], name=shape[2]))


def _as_list(layers: Any) -> list[Any]:
    return [] if layers is None else list(layers) if isinstance(layers, list | tuple) else [layers]


def _input_dtype(layer: Layer) -> str:
    return getattr(layer, "input_dtype", None) or dtypes.floatx()


def _one_output(layer: Layer, outputs: Any) -> Any:
    if tree.is_nested(outputs):
        raise ValueError(
            f"Layer `{layer.name}` has {len(tree.leaves(outputs))} outputs; a Sequential model takes "
            "layers with one. Use `Model(inputs, outputs)`."
        )
    return outputs
