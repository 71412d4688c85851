"""`Model`: a layer that can be trained, saved and looked at."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from hornbeam import saving
from hornbeam.core import lift, serialization, symbolic, tree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Layer
from hornbeam.layers.base.call import context
from hornbeam.layers.base.tracking import structure_version
from hornbeam.models import summary as summaries
from hornbeam.models.graph import Graph, match
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.trainer import Trainer

_UNSAVED = ("_programs", "_forward", "_signature_seen", "_output_specs", "history")


class Model(Trainer, Layer):
    """A model, made in one of three ways.

    `Model(inputs, outputs)` from symbolic tensors; `Sequential([...])` from a list of layers; or a subclass whose
    `call` is the computation, over layers that are its attributes.

    Args:
        inputs: an `Input`, or a list or dict of them.
        outputs: what layers made of the inputs, alone or in a list or dict.
        name: unique by default.

    >>> import hornbeam
    >>> x = hornbeam.Input((3,))
    >>> model = hornbeam.Model(x, hornbeam.layers.Dense(1)(x))
    >>> model.predict([[1.0, 2.0, 3.0]], verbose=0).shape
    (1, 1)
    """

    api_module = "keras"
    row_independent = True
    #: Whether files have places for its layers, in order, before those for its attributes.
    saves_layers_first = False
    unseen = Layer.unseen | {
        *_UNSAVED,
        "stop_training",
        "_compile_arguments",
        "_unmatched_metrics",
    }
    _untracked = Layer._untracked | {
        "loss",
        "optimizer",
        "_compile_arguments",
        "_unmatched_metrics",
        "_loss_tracker",
        "history",
    }
    #: The class that `Model(inputs, outputs)` makes.
    made_from_graph: type[Model]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and _is_functional(args, kwargs):
            cls = Model.made_from_graph
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any):
        super().__init__(name=name, **kwargs)
        self.graph: Graph | None = None
        self._output_specs: dict[Any, Any] = {}
        if inputs is not None or outputs is not None:
            self.graph = Graph(inputs, outputs, self.name)
            self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The computation; a subclass defines its own."""
        if self.graph is None:
            raise NotImplementedError(
                f"`{type(self).__name__}` must define `call`, or be made from `inputs` and `outputs`."
            )
        return self.graph.run(match(inputs, self.input_structure, self.name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs for arrays, compiled; or extend a graph of symbolic tensors."""
        if len(args) == 1 and self._can_call_compiled(args[0], kwargs):
            return forward_of(self)(_arrays(args[0]))
        return super().__call__(*args, **kwargs)

    def _can_call_compiled(self, inputs: Any, kwargs: dict[str, Any]) -> bool:
        return (
            self.built
            and not context.layers
            and not lift.is_lifted()
            and all(key == "training" and not value for key, value in kwargs.items())
            and type(self).predict_step is Trainer.predict_step
            and not symbolic.is_symbolic(inputs)
            and not self.run_eagerly
        )

    def build(self, input_shape: Any = None) -> None:
        """Make the weights, for inputs of a shape (batch first, `None` where unknown)."""
        if self.graph is None and input_shape is not None:
            self.compute_output_shape(input_shape)
        self.built = True

    def build_for(self, x: Any) -> Any:
        """Build for data like `x` and give its outputs as symbolic tensors; compiles nothing.

        A model without a `call`, which its own steps do without, has no outputs: `None`.
        """
        if self.graph is None and type(self).call is Model.call and type(self).train_step is not Trainer.train_step:
            return None
        specs = tree.map(_spec, x)
        if self.input_structure is not None:
            match(specs, self.input_structure, self.name)
            return self.output_structure
        key = (
            tuple((s.shape, s.dtype) for s in tree.leaves(specs) if s is not None),
            self.state_signature() if self.built else None,
        )
        if key not in self._output_specs:
            with lift.discard_assignments():
                outputs = self.compute_output_spec(specs)
            self.built = True
            self._output_specs = {(key[0], self.state_signature()): outputs}
            return outputs
        return self._output_specs[key]

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        if self.graph is not None and len(args) == 1 and _shapes(args[0]) == _shapes(self.graph.input_structure):
            return tree.map(lambda t: SymbolicTensor(t.shape, t.dtype), self.graph.output_structure)
        return super().compute_output_spec(*args, **kwargs)

    def state_signature(self) -> Any:
        """Changes whenever a program compiled for this model would no longer be right."""
        version = structure_version()
        seen = self.__dict__.get("_signature_seen")
        if seen is None or seen[0] != version:
            signature = tuple((id(layer), layer._changes) for layer in self._flatten_layers())
            seen = (version, (signature, tuple(id(v) for v in self.trainable_variables)))
            self.__dict__["_signature_seen"] = seen
        return seen[1]

    # the graph

    @property
    def layers(self) -> list[Layer]:
        """The layers directly in this model."""
        if self.graph is not None:
            found = [operation for operation in self.graph.operations if isinstance(operation, Layer)]
            return found + [layer for layer in super()._sublayers() if all(layer is not other for other in found)]
        return super()._sublayers()

    @property
    def operations(self) -> list[Any]:
        """The layers, and the functions of `ops`, of the model's graph."""
        return list(self.graph.operations) if self.graph is not None else []

    def _sublayers(self) -> list[Layer]:
        return self.layers

    @property
    def inputs(self) -> list[SymbolicTensor] | None:
        """The symbolic inputs; `None` for a subclass without a graph."""
        return list(self.graph.inputs) if self.graph is not None else None

    @property
    def outputs(self) -> list[SymbolicTensor] | None:
        return list(self.graph.outputs) if self.graph is not None else None

    @property
    def input_structure(self) -> Any:
        return self.graph.input_structure if self.graph is not None else None

    @property
    def output_structure(self) -> Any:
        return self.graph.output_structure if self.graph is not None else None

    @property
    def input(self) -> Any:
        return self.input_structure

    @property
    def output(self) -> Any:
        return self.output_structure

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or the shapes in the input's structure."""
        return (
            tree.map(lambda t: t.shape, self.input_structure)
            if tree.is_nested(self.input_structure)
            else self._input_shape()
        )

    def _input_shape(self) -> Any:
        if self.input_structure is None:
            raise AttributeError(f"Model `{self.name}` has no fixed input: it is a subclass, or not built yet.")
        return self.input_structure.shape

    @property
    def output_shape(self) -> Any:
        if self.output_structure is None:
            raise AttributeError(f"Model `{self.name}` has no fixed output: it is a subclass, or not built yet.")
        return (
            tree.map(lambda t: t.shape, self.output_structure)
            if tree.is_nested(self.output_structure)
            else self.output_structure.shape
        )

    @property
    def input_names(self) -> list[str]:
        return [tensor.node.operation.name for tensor in self.inputs or [] if tensor.node is not None]

    @property
    def output_names(self) -> list[str]:
        """The layers that make the outputs; a layer that makes several is numbered."""
        names: list[str] = []
        for tensor in self.outputs or []:
            base = tensor.node.operation.name if tensor.node is not None else tensor.name
            names.append(base if base not in names else f"{base}_{sum(n.startswith(base) for n in names)}")
        return names

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by its name, or by its place.

        Raises:
            ValueError: when there is none, or not exactly one of `name` and `index` is given.
        """
        if (name is None) == (index is None):
            raise ValueError(f"Give either `name` or `index`. Received: name={name!r}, index={index!r}.")
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(f"Model `{self.name}` has {len(self.layers)} layers. Received: index={index}.")
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"Model `{self.name}` has the layers {[layer.name for layer in self.layers]}. Received: name={name!r}."
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: list[float] | None = None,
        print_fn: Any = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: list[str] | None = None,
    ) -> None:
        """Print the layers, the shapes of their outputs and the numbers of their parameters.

        Args:
            line_length: the width; the terminal's by default.
            positions: where the columns end, as shares of the width.
            print_fn: called with the text instead of printing it.
            expand_nested: whether layers inside models are shown.
            show_trainable: whether a column tells trainable layers from frozen ones.
            layer_range: names of the first and the last layer to show.
        """
        summaries.print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def get_weights(self) -> list[np.ndarray]:
        """The values of all weights, as NumPy arrays.

        Raises:
            ValueError: when the model is not built yet, and so has no weights.
        """
        if not self.built and not self.weights:
            raise ValueError(
                f"Model `{self.name}` has no weights yet: call it on data, or `build(input_shape)`, first."
            )
        return super().get_weights()

    # files and configs

    def save(self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any) -> None:
        """Write the whole model, with its training state, to a file; see `hornbeam.saving.save_model`."""
        saving.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write the weights, and the optimizer's state, to a `.weights.h5` file."""
        saving.save_weights(self, filepath, overwrite=overwrite)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Read weights from a file; nothing is assigned unless all fits."""
        saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def to_json(self, **kwargs: Any) -> str:
        """The config as JSON text; `model_from_json` reads it."""
        return json.dumps(serialization.serialize_object(self), **kwargs)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("inputs", None)
        config.pop("outputs", None)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new model from what `get_config` gave; `custom_objects` are your own classes by name."""
        if cls is Model and "input_layers" in config:
            return Model.made_from_graph.from_config(config, custom_objects)
        with serialization.custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    def get_build_config(self) -> dict[str, Any] | None:
        shapes = vars(self).get("_build_shapes")
        return {"input_shape": next(iter(shapes.values()))} if shapes else None

    def __getstate__(self) -> dict[str, Any]:
        state = {key: value for key, value in super().__getstate__().items() if key not in _UNSAVED}
        return state | {
            "_output_specs": {},
            "_arguments": ((), {}) if self.graph is not None else state.get("_arguments", ((), {})),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state


def _arrays(inputs: Any) -> Any:
    """Inputs without nested lists of numbers, which become arrays."""
    if isinstance(inputs, list | tuple) and all(isinstance(leaf, bool | int | float) for leaf in tree.leaves(inputs)):
        return np.asarray(inputs)
    return inputs


def _is_functional(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return len(args) >= 2 or "outputs" in kwargs or "inputs" in kwargs


def _spec(x: Any) -> Any:
    if x is None:
        return None
    shape = np.shape(x)
    return SymbolicTensor((None, *shape[1:]), str(x.dtype).rpartition(".")[2] if hasattr(x, "dtype") else None)


def _shapes(value: Any) -> Any:
    return [getattr(leaf, "shape", None) for leaf in tree.leaves(value)]
