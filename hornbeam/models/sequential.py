"""`Sequential`: layers one after another."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Sequence
from typing import Any

from hornbeam.core import dtypes, naming, serialization, symbolic, tree
from hornbeam.core.allowance import allowing_config
from hornbeam.core.brief import brief
from hornbeam.core.data_shape import check_shape
from hornbeam.core.missing import listing_all
from hornbeam.core.renaming.configs import stack_of_today
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Input, InputLayer, Layer
from hornbeam.layers.base.call import no_outputs, of_layers_only
from hornbeam.layers.base.host import computes_on_host
from hornbeam.layers.base.shapes import as_shape
from hornbeam.models.cutting import LayerList
from hornbeam.models.front import front_of
from hornbeam.models.graph import input_name, match
from hornbeam.models.model import Model
from hornbeam.models.stack_front import StackFront
from hornbeam.models.stretching import stretched


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
        if isinstance(trainable, Layer):
            raise ValueError(
                "A Sequential model takes its layers as one list: `Sequential([a, b])`. Received: several."
            )
        super().__init__(trainable=trainable, name=name, **kwargs)
        for layer in _as_list(layers):
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        return LayerList((member for member in self.__hornbeam__.members if isinstance(member, Layer)), self)

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put `layer` at the end.

        Raises:
            ValueError: when it is no layer, its name is taken, or it does not fit what comes before.
        """
        known, layers = self.__hornbeam__, self.layers
        if isinstance(layer, SymbolicTensor) and layer.node is not None:
            layer = layer.node.operation if isinstance(layer.node.operation, InputLayer) else layer
        if not isinstance(layer, Layer):
            raise ValueError(f"A Sequential model takes layers. Received: {brief(layer)}.{_fix(layer)}")
        if isinstance(layer, InputLayer):
            if layers or known.input_structure is not None:
                after = f"after {len(layers)} layers" if layers else "for a second time"
                raise ValueError(f"An `Input` must come first in model `{self.name}`. Received: one {after}.")
            known.input_structure = known.output_structure = layer.output
            return
        if any(layer.name == other.name for other in layers):
            raise ValueError(
                f"Layers of model `{self.name}` must have different names. Received: {layer.name!r} twice; make a "
                "layer for each place, as `[Dense(8) for _ in range(3)]` does and `[Dense(8)] * 3` does not, or use one"
                " again by `Model(inputs, outputs)`."
            )
        if not layers and known.input_structure is None:
            known.input_structure = known.output_structure = _first_input(layer)
        if known.input_structure is not None:
            with naming.scope(self.name):  # as while a model is built whose input is known later
                known.output_structure = _output(layer, known.output_structure)
            self.built = True
        known.members.append(layer)
        if not layers and (computes_on_host(layer) or front_of(layer) is not None):
            known.front = StackFront(self, _connect)

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer away and return it."""
        known, layers = self.__hornbeam__, self.layers
        if not layers:
            raise IndexError(f"Model `{self.name}` has no layers to take away.")
        last = layers[-1]
        known.members.remove(last)
        known.front = known.front if self.layers else None
        if known.input_structure is not None:
            nodes = last.__hornbeam__.nodes
            known.output_structure = nodes[-1].inputs[0] if nodes else known.input_structure
            self.built = bool(self.layers)
        return last

    def build(self, input_shape: Any = None) -> None:
        start = self.__hornbeam__.input_structure
        if not self.layers and start is None:
            raise ValueError(f"Model `{self.name}` has no layers: add some before building it.")
        if isinstance(start, SymbolicTensor) and input_shape is not None and not _are_several(input_shape):
            check_shape(tuple(input_shape), start.shape, input_name(start), self.name)
        if start is None and input_shape is not None:
            with contextlib.suppress(NotImplementedError):  # a layer that cannot say its output's shape: data will
                _connect(self, _inputs(input_shape, _input_dtype(self.layers[0])))
                self.__hornbeam__.is_stretchable = self.__hornbeam__.front is None
        self.built = self.__hornbeam__.input_structure is not None

    def build_for(self, x: Any) -> Any:
        _stretch(self, x)
        return super().build_for(x)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args and not symbolic.is_symbolic(args[0]):
            _stretch(self, args[0])
        return super().__call__(*args, **kwargs)

    @of_layers_only
    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        start, front = self.__hornbeam__.input_structure, self.__hornbeam__.front
        if front is not None:
            return front.run_rest(inputs)
        outputs = inputs
        if start is not None:
            outputs = tree.unflatten(tree.structure(start), match(inputs, start, self.name))
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs

    def compute_output_spec(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The output for an input of this shape, as a symbolic tensor."""
        return super().compute_output_spec(inputs, training=training, mask=mask)

    @property
    def input_structure(self) -> Any:
        return self.__hornbeam__.input_structure

    @property
    def output_structure(self) -> Any:
        return self.__hornbeam__.output_structure

    def get_config(self) -> dict[str, Any]:
        layers, start = self.layers, self.__hornbeam__.input_structure
        if isinstance(start, SymbolicTensor) and start.node is not None:
            layers.insert(0, start.node.operation)
        config = {"name": self.name, "trainable": self.trainable, "dtype": serialization.serialize(self.dtype_policy)}
        config["layers"] = [serialization.serialize_object(layer) for layer in layers]
        if start is not None:
            config["build_input_shape"] = tree.map(lambda x: list(x.shape), start)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        config = stack_of_today(config)
        if "layers" not in config:
            return super().from_config(config)
        with serialization.custom_object_scope(custom_objects or {}), allowing_config(), listing_all(config):
            model = cls(name=config.get("name"))
            for layer in config["layers"]:
                cls.add(model, serialization.deserialize(layer, kind="keras.layers"))
            if not model.built and config.get("build_input_shape"):
                model.build(as_shape(config["build_input_shape"]))
        if config.get("trainable") is False:
            model.__hornbeam__.trainable = False
        return model

    def get_build_config(self) -> dict[str, Any] | None:
        start = self.__hornbeam__.input_structure
        return None if start is None else {"input_shape": tree.map(lambda x: list(x.shape), start)}

    def __getstate__(self) -> dict[str, Any]:
        start = self.__hornbeam__.input_structure
        known = None if start is None else tree.map(lambda x: _Described(x.shape, x.dtype, x.name), start)
        return vars(self) | {"inputs": known}

    def __setstate__(self, state: dict[str, Any]) -> None:
        known = state.pop("inputs")
        vars(self).update(state)
        if known is not None:
            _connect(self, tree.map(lambda x: Input(batch_shape=x.shape, dtype=x.dtype, name=x.name), known))


class _Described:
    """A symbolic input, in the state of a model."""

    def __init__(self, shape: Any, dtype: str, name: str):
        self.shape, self.dtype, self.name = shape, dtype, name


def _connect(model: Sequential, start: Any) -> None:
    """Call the layers one after another, from `start`."""
    end = start
    for layer in model.layers:
        end = _output(layer, end)
    model.__hornbeam__.input_structure, model.__hornbeam__.output_structure = start, end


def _stretch(model: Sequential, x: Any) -> None:
    """Connect the layers from an input that takes `x` as well, in the place of the one before."""
    start = stretched(model, x) if model.__hornbeam__.is_stretchable else None
    if start is None:
        return
    before = [(layer, layer.__hornbeam__.nodes[-1:]) for layer in model.layers]
    _connect(model, start)
    for layer, nodes in before:
        layer.__hornbeam__.nodes[:] = [node for node in layer.__hornbeam__.nodes if node not in nodes]


def _first_input(layer: Layer) -> Any:
    """The input that a first layer asks for: the shape that it was given, or the inputs of a model."""
    if layer.__hornbeam__.first_shape is not None:
        return Input(batch_shape=layer.__hornbeam__.first_shape, dtype=_input_dtype(layer))
    inner = layer.__hornbeam__.inputs if isinstance(layer, Model) else None
    inputs = [Input(batch_shape=x.shape, dtype=x.dtype) for x in inner or []]
    return inputs[0] if len(inputs) == 1 else inputs or None


def _as_list(layers: Any) -> list[Any]:
    return [] if layers is None else list(layers) if isinstance(layers, list | tuple) else [layers]


def _input_dtype(layer: Layer) -> str:
    return layer.input_dtype if computes_on_host(layer) else dtypes.floatx()


def _inputs(shape: Any, dtype: str) -> Any:
    """Inputs of a shape, or of those in a list or dict."""
    if isinstance(shape, dict):
        return {key: _inputs(one, dtype) for key, one in shape.items()}
    if _are_several(shape):
        return [_inputs(one, dtype) for one in shape]
    return Input(batch_shape=tuple(shape), dtype=dtype)


def _are_several(shape: Any) -> bool:
    return isinstance(shape, dict) or any(isinstance(one, list | tuple) for one in shape)


def _output(layer: Layer, inputs: Any) -> Any:
    """What a layer makes of what came before it; several tensors only of several."""
    outputs = layer(inputs)
    if outputs is None:
        raise no_outputs(layer)
    if tree.is_nested(outputs) and not tree.is_nested(inputs):
        raise ValueError(
            f"Layer `{layer.name}` has {len(tree.leaves(outputs))} outputs; a Sequential model takes "
            "layers with one. Use `Model(inputs, outputs)`."
        )
    return outputs


def _fix(value: Any) -> str:
    """What to do about a value that is no layer, as a sentence after another one."""
    if isinstance(value, type) and issubclass(value, Layer):
        return f" Make an object of it: `{value.__name__}(...)`."
    if isinstance(value, str):
        return f" For an activation write `layers.Activation({value!r})`."
    if isinstance(value, SymbolicTensor):
        return " Of tensors make `Model(inputs, outputs)`."
    return " Put it into a `layers.Lambda` or `layers.Activation`." if inspect.isfunction(value) else ""
