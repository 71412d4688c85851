"""`Model`: a layer that can be trained, saved and looked at; and `Functional`, the model made from a graph of calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import lift, serialization, staying, symbolic, tree
from hornbeam.core.configurable import argument_names
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.renaming import arguments as old_arguments
from hornbeam.core.running import running
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Layer
from hornbeam.layers.base.call import no_outputs, of_layers_only
from hornbeam.layers.base.closures import Closed
from hornbeam.layers.base.provided import provided
from hornbeam.layers.base.tracking import sublayers
from hornbeam.models import graph_losses, graph_model_config, summary
from hornbeam.models.compiled_call import call_compiled, can_call_compiled, goes_back
from hornbeam.models.cutting import LayerList, ends_with
from hornbeam.models.graph import Graph, match
from hornbeam.models.graph_front import front_of_graph
from hornbeam.models.in_files import InFiles
from hornbeam.models.inputs import like, shapes_of, spec_of
from hornbeam.models.steps import Steps
from hornbeam.models.trainable import Trainable
from hornbeam.training import steps_of_backends


class Model(InFiles, Trainable):
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
    refuses_late_state = False
    #: Whether files have places for its layers, in order, before those for its attributes.
    saves_layers_first = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        given = old_arguments.current(cls, kwargs, dict.fromkeys(argument_names(cls)))
        if cls is Model and (len(args) >= 2 or given.keys() & {"inputs", "outputs"}):
            cls = Functional
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any):
        super().__init__(name=name, **kwargs)
        if inputs is not None or outputs is not None:
            _become_functional(self, inputs, outputs)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The computation; a subclass defines its own."""
        raise NotImplementedError(
            f"`{type(self).__name__}` must define `call`, or be made from `inputs` and `outputs`."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs for arrays, compiled; or extend a graph of symbolic tensors."""
        front = self.__hornbeam__.front
        if front is not None and args and not symbolic.is_symbolic(args[0]):
            if front.is_all:
                return front.whole(args[0])
            args = (front.apply(args[0]), *args[1:])
        if len(args) == 1 and can_call_compiled(self, args[0], kwargs):
            return call_compiled(self, args[0])
        if engine.keeps_gradients() and (kwargs.get("training") is True or goes_back(self, args)):
            steps_of_backends.before_call(self, args)
        return super().__call__(*args, **kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "outputs" or not ends_with(self, value):  # of the model's graph, as in Keras 2
            super().__setattr__(name, value)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights, for inputs of a shape (batch first, `None` where unknown)."""
        if input_shape is not None and running.layers[-1:] != (self,):  # a call builds what it calls
            self.compute_output_shape(input_shape)
        self.built = True

    def build_for(self, x: Any) -> Any:
        """Build for data like `x` and give its outputs as symbolic tensors; compiles nothing.

        A model without a `call`, which its own steps do without, has no outputs: `None`.
        """
        if type(self).call is Model.call and type(self).train_step is not Steps.train_step:
            return None
        known, specs = self.__hornbeam__, tree.map(spec_of, x)
        if known.front is not None:
            return known.output_structure
        if known.input_structure is not None:
            match(specs, known.input_structure, self.name)
            return known.output_structure
        key = tuple((s.shape, s.dtype) for s in tree.leaves(specs) if s is not None)
        state = known.run_state
        if not self.built or key not in state.output_specs or not state.output_specs[key][0].holds():
            with lift.discard_assignments():
                outputs = self.compute_output_spec(specs)
            if outputs is None:
                raise no_outputs(self)
            self.built = True
            state.output_specs = {key: (Fingerprint(self), outputs)}
        return state.output_specs[key][1]

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        front = self.__hornbeam__.front
        if front is not None and front.is_all:
            return front.whole(args[0], is_symbolic=True)
        if front is not None:
            args = (front.specs(args[0]), *args[1:])
        return super().compute_output_spec(*args, **kwargs)

    @property
    def layers(self) -> list[Layer]:
        """The layers directly in this model."""
        return LayerList(sublayers(self), self)

    @provided
    def inputs(self) -> list[SymbolicTensor] | None:
        """The symbolic inputs; `None` where they are not known."""
        return self.__hornbeam__.inputs

    @provided
    def outputs(self) -> list[SymbolicTensor] | None:
        """The symbolic outputs; `None` where they are not known."""
        return self.__hornbeam__.outputs

    @property
    def input(self) -> Any:
        return self.__hornbeam__.input_structure

    @property
    def output(self) -> Any:
        return self.__hornbeam__.output_structure

    @provided
    def input_shape(self) -> Any:
        """The shape of the input, or the shapes in the input's structure."""
        return _shape_of(self, "input", self.__hornbeam__.input_structure)

    @provided
    def output_shape(self) -> Any:
        """The shape of the output, or the shapes in the output's structure."""
        return _shape_of(self, "output", self.__hornbeam__.output_structure)

    @provided
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return self.__hornbeam__.input_names

    @provided
    def output_names(self) -> list[str]:
        """The layers that make the outputs; a layer that makes several is numbered."""
        return self.__hornbeam__.output_names

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
        summary.print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

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

    # configs

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        config.pop("inputs", None)
        config.pop("outputs", None)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """A new model from what `get_config` gave; `custom_objects` are your own classes by name."""
        if cls is Functional or ("input_layers" in config and "layers" in config):
            return graph_model_config.from_config(Functional if cls is Model else cls, config, custom_objects)
        with serialization.custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    def get_build_config(self) -> dict[str, Any] | None:
        shapes = self.__hornbeam__.build_shapes
        return {"input_shape": next(iter(shapes.values()))} if shapes else None


class Functional(Model):
    """The model between symbolic inputs and outputs; `Model(inputs, outputs)` makes one.

    >>> import hornbeam
    >>> x = hornbeam.Input((4,))
    >>> model = hornbeam.Model(x, hornbeam.layers.Dense(2)(x))
    >>> model.output_shape
    (None, 2)
    """

    api_module = "keras.src.models.functional"
    registered_name = "Functional"
    saves_layers_first = True
    #: At which number files begin to count its calls: the call that it was made from was the first.
    first_place = 1

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any):
        super().__init__(inputs, outputs, name, **kwargs)

    @of_layers_only
    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Go through the graph."""
        known = self.__hornbeam__
        if known.front is not None:
            return known.front.run_rest(inputs)
        return super().call(inputs) if known.graph is None else graph_losses.run(self, inputs)

    def build(self, input_shape: Any = None) -> None:
        if self.__hornbeam__.graph is None:  # with a graph, the weights are made already
            super().build(input_shape)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        known = self.__hornbeam__
        if len(args) == 1 and shapes_of(args[0]) == shapes_of(known.input_structure):
            outputs = tree.map(like, known.output_structure)
        else:
            outputs = super().compute_output_spec(*args, **kwargs)
        return outputs if staying.everywhere() or not _gives_list_of_one(known) else [outputs]

    @property
    def operations(self) -> list[Any]:
        """The layers, and the functions of `ops`, of the graph."""
        graph = self.__hornbeam__.graph
        return [] if graph is None else list(graph.operations)

    @property
    def graph(self) -> Graph:
        """The calls between inputs and outputs."""
        graph: Any = self.__hornbeam__.graph
        return graph

    @property
    def input_structure(self) -> Any:
        return self.__hornbeam__.input_structure

    @property
    def output_structure(self) -> Any:
        return self.__hornbeam__.output_structure

    def get_config(self) -> dict[str, Any]:
        is_of_graph = graph_model_config.was_given_a_graph(self)
        return graph_model_config.get_config(self) if is_of_graph else super().get_config()

    def get_build_config(self) -> dict[str, Any] | None:
        return {"input_shape": None}


def _gives_list_of_one(known: Any) -> bool:
    """Whether the model was made for a list of one output, which symbolic tensors of Keras 3 come in."""
    return known.graph is not None and known.graph.given_outputs is not known.graph.output_structure


def _become_functional(model: Model, inputs: Any, outputs: Any) -> None:
    """Give a model its graph; a user's class that derives from `Model` derives from `Functional` from now on."""
    for cls in type(model).__mro__:
        if Model in cls.__bases__ and cls is not Functional and not isinstance(model, Functional):
            cls.__bases__ = tuple(Functional if base is Model else base for base in cls.__bases__)
    internals = model.__hornbeam__
    graph = internals.graph = Graph(inputs, outputs, model.name)
    called = (operation.layer if isinstance(operation, Closed) else operation for operation in graph.operations)
    internals.members.extend(operation for operation in called if isinstance(operation, Layer))
    internals.input_structure, internals.output_structure = graph.input_structure, graph.output_structure
    internals.front = front_of_graph(graph, model.name)
    model.built = True


def _shape_of(model: Model, what: str, structure: Any) -> Any:
    if structure is None:
        raise AttributeError(f"Model `{model.name}` has no fixed {what}: it is a subclass, or not built yet.")
    return tree.map(lambda t: t.shape, structure) if tree.is_nested(structure) else structure.shape
