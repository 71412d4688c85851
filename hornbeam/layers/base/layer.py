"""`Layer`: computation with weights, called on tensors, nested freely.

A layer is written as `__init__` (store the arguments), `build` (make the weights once shapes are known) and `call` (the
formula). Everything else is found: sublayers and variables by looking at the attributes, output shapes by tracing
`call`, configs from the constructor.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from hornbeam import activations, constraints, engine, initializers, regularizers
from hornbeam.core import beside, dtypes, lift, masking, naming, policies, serialization, symbolic, tree
from hornbeam.core.configurable import Configurable, argument_names
from hornbeam.core.declarations import forget_inherited
from hornbeam.core.suggest import no_argument
from hornbeam.core.variable import Variable
from hornbeam.layers.base.call import Context, Signature, context, with_building
from hornbeam.layers.base.input_spec import InputSpec, check_inputs
from hornbeam.layers.base.tracking import Structure, note_change

_RESOLVERS = {
    "activation": activations.get,
    "_initializer": initializers.get,
    "_regularizer": regularizers.get,
    "_constraint": constraints.get,
}
_STATE_OF_A_RUN = frozenset({"stop_training", "history", "built"})
_FIRST_LAYER_HINTS = ("input_shape", "batch_shape", "batch_size", "weights")


class Layer(Structure, Configurable):
    """Base of all layers.

    Args:
        activity_regularizer: a function of the output, added to the loss.
        trainable: whether optimizers may move its weights.
        dtype: a dtype, a policy such as "mixed_bfloat16", or `None` for the global policy.
        autocast: whether float inputs are cast to the compute dtype.
        name: unique among the layers of a model; made from the class name by default.

    A first layer may also say `input_shape=` (without the batch) or `batch_shape=` (with it).

    >>> import hornbeam
    >>> class Scale(hornbeam.layers.Layer):
    ...     def build(self, input_shape):
    ...         self.scale = self.add_weight((input_shape[-1],), "ones")
    ...
    ...     def call(self, x):
    ...         return x * self.scale
    >>> Scale()([[1.0, 2.0]]).shape == (1, 2)
    True
    """

    api_module = "keras.layers"
    #: Whether a row of the output depends on that row of the input alone, so that a short last batch can be padded and
    #: its extra rows masked out: True, False, or "inference" where it does but for training. A class with a `call` of
    #: its own has to say so; Hornbeam's need not.
    row_independent: Any = False
    #: Whether the output, but for training, holds nothing but values of the input, in another order or shape.
    passes_values: Any = False
    #: The function that `call` ends with, where it is known: it says what outputs are.
    last_activation: Any = None
    #: Whether it computes on the host, with NumPy, because of strings or tables; on the device by default.
    runs_on_host = False
    supports_masking = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = with_building(cls.__dict__["build"])  # type: ignore[method-assign]
        if "call" in cls.__dict__:
            cls._signature = Signature(cls.call)
        unknown = {"passes_values": False, "last_activation": None}
        forget_inherited(cls, ("call",), {"row_independent": serialization.is_builtin(cls)} | unknown)

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ):
        hints = {key: kwargs.pop(key) for key in _FIRST_LAYER_HINTS if key in kwargs} if kwargs else {}
        if kwargs:
            raise no_argument(type(self).__name__, kwargs, argument_names(type(self)))
        if not isinstance(trainable, bool):
            raise ValueError(
                f"`trainable` of `{type(self).__name__}` must be True or False. Received: trainable={trainable!r}."
            )
        self.name = (
            naming.check_name(name, f"a `{type(self).__name__}`") if name is not None else naming.auto_name(type(self))
        )
        self.activity_regularizer = regularizers.get(activity_regularizer)
        policy = policies.get(dtype)
        self.dtype_policy = policy[naming.path(self.name)] if isinstance(policy, policies.DTypePolicyMap) else policy
        if self.dtype_policy.quantization_mode is not None:
            raise ValueError(
                f"Layer `{self.name}` computes in floats. Received: the quantized policy {self.dtype_policy.name!r}."
            )
        self.autocast = autocast
        self.built = False
        self.input_spec: InputSpec | Sequence[InputSpec] | None = None
        self.inbound_nodes: list[symbolic.Node] = []
        self._weights: list[Variable] = []
        self._losses: list[Any] = []
        self._trainable = trainable
        self._first_input = _batch_shape(hints, type(self).__name__) if hints else None
        self._first_weights = hints.get("weights")

    def __setattr__(self, name: str, value: Any) -> None:
        """Count changes of public attributes, so that programs compiled with the old values are made anew."""
        object.__setattr__(self, name, value)
        if not name.startswith("_") and not context.layers and name not in _STATE_OF_A_RUN:
            note_change(self)

    def __getattr__(self, name: str) -> Any:
        if "_trainable" not in vars(self):
            raise AttributeError(
                f"`{type(self).__name__}` has no attribute `{name}` yet: its `__init__` must begin with "
                "`super().__init__()`."
            )
        return super().__getattribute__(name)  # raises what a property raised

    def resolve(self, name: str, value: Any) -> Any:
        """Arguments named `*_initializer`, `*_regularizer`, `*_constraint` or `*activation` become what they name."""
        for suffix, get in _RESOLVERS.items():
            if name.endswith(suffix):
                return get(value)
        return value

    def build(self, input_shape: Any) -> None:
        """Make the weights; called once, with the shape of the first input (unknown sizes are `None`)."""
        self.built = True

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `call`.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if symbolic.is_symbolic(args, kwargs):
            return self._call_symbolic(args, kwargs)
        return self._call_concrete(args, kwargs)

    def _call_symbolic(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with context.entered(self, args, kwargs):
            arguments = self._signature.bind(self, args, kwargs)
            check_inputs(self, arguments.first)
            self._ensure_built(arguments)
            outputs = self.compute_output_spec(*args, **kwargs)
        return symbolic.record(self, args, kwargs, outputs)

    def _call_concrete(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with context.entered(self, args, kwargs) as outer:
            if outer is None:
                self._clear_losses()
            args, kwargs = tree.map(self._to_input, (tuple(_from_numbers(arg) for arg in args), kwargs))
            arguments = self._signature.bind(self, args, kwargs)
            check_inputs(self, arguments.first)
            self._ensure_built(arguments)
            masks = arguments.fill(outer)
            with lift.autocast(self.compute_dtype):
                outputs = self.call(*arguments.args, **arguments.kwargs)
            if self.activity_regularizer is not None:
                for output in tree.leaves(outputs):
                    self.add_loss(self.activity_regularizer(output) / _rows(output))
            self._pass_masks(arguments, masks, outputs)
            return outputs

    def _to_input(self, value: Any) -> Any:
        """An argument of a call as an array in the compute dtype; what is no array stays as it is."""
        if isinstance(value, Variable):
            value = value.value
        elif isinstance(value, np.ndarray | np.generic):
            value = engine.asarray(value)
        elif isinstance(value, float):
            value = engine.asarray(value, self.compute_dtype)
        if engine.is_tensor(value):
            dtype = engine.dtype_name(value)
            if self.autocast and dtype != self.compute_dtype and dtype in dtypes.FLOATS:
                value = beside.carry(lambda x: engine.cast(x, self.compute_dtype), value)
        return value

    def _ensure_built(self, arguments: Any) -> None:
        if not self.built and not vars(self).get("_is_building", False):
            self.build(*arguments.shapes(type(self).build))
            self.built = True
            if self._first_weights is not None:
                self.set_weights(self._first_weights)

    def _pass_masks(self, arguments: Any, masks: Any, outputs: Any) -> None:
        if masks is None and type(self).compute_mask is Layer.compute_mask:
            return
        inputs = arguments.first
        mask = self.compute_mask(inputs, masks)
        if mask is None:
            return
        if tree.is_nested(outputs):
            for output, one in zip(
                tree.leaves(outputs), mask if isinstance(mask, list | tuple) else [mask], strict=False
            ):
                masking.set_mask(output, one)
        else:
            masking.set_mask(outputs, mask)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the output: the input's, for a layer that supports masks."""
        return previous_mask if self.supports_masking else None

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs of a call as symbolic tensors, without computing anything."""
        if type(self).compute_output_shape is not Layer.compute_output_shape:
            shapes = self._signature.bind(self, args, kwargs).shapes(type(self).compute_output_shape)
            shape = self.compute_output_shape(*shapes)
            return _specs(shape, self.compute_dtype)

        def traced(*args: Any, **kwargs: Any) -> Any:
            with lift.discard_assignments():
                return self._call_concrete(args, kwargs)

        try:
            is_alone = serialization.is_builtin(type(self)) and self.built and not self._sublayers()
            return symbolic.infer(traced, args, kwargs, like=self if is_alone else None)
        finally:
            self._clear_losses()

    def compute_output_shape(self, input_shape: Any, *more_shapes: Any) -> Any:
        """The shape of the output for an input of `input_shape`; unknown sizes are `None`.

        A layer that is called on several arguments takes a shape for each of them.
        """
        with lift.discard_assignments():
            inputs = tuple(_specs(shape, self.compute_dtype) for shape in (input_shape, *more_shapes))
            self._ensure_built(self._signature.bind(self, inputs, {}))
            outputs = self.compute_output_spec(*inputs)
        return tree.map(lambda x: x.shape, outputs) if tree.is_nested(outputs) else outputs.shape

    # weights

    def add_weight(
        self,
        shape: Sequence[int] | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str | None = None,
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """A new variable of this layer.

        Args:
            shape: `()` by default.
            initializer: "glorot_uniform" by default, "zeros" for integers.
            dtype: the policy's variable dtype by default.
            trainable: whether optimizers may move it.
            autocast: whether `call` sees it in the compute dtype.
            regularizer: a function of it, added to the loss.
            constraint: a function that maps it to an allowed value after each update.
            name: for messages and files.
        """
        if overwrite_with_gradient:
            raise ValueError(
                f"A weight of layer `{self.name}` cannot be overwritten with its gradient. Received: True."
            )
        dtype = dtypes.standardize(dtype or self.variable_dtype)
        initializer = initializers.get(initializer or ("glorot_uniform" if dtype in dtypes.FLOATS else "zeros"))
        with naming.scope(self.name) if naming.path("") == "" else nullcontext():
            weight = Variable(
                initializer,
                tuple(shape or ()),
                dtype,
                trainable,
                autocast,
                aggregation,
                name=name or naming.unique("variable"),
            )
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        self._weights.append(weight)
        note_change(self)
        return weight

    # losses

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to the loss that training minimises; called inside `call`."""
        self._losses.extend(tree.leaves(loss))

    @property
    def losses(self) -> list[Any]:
        """What the last call added with `add_loss`, and the regularization of the weights."""
        added = [loss for layer in self._flatten_layers() for loss in layer._losses]
        return added + [v.regularizer(v.value) for v in self.trainable_weights if v.regularizer is not None]

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()

    # dtypes

    @property
    def dtype(self) -> str:
        return self.dtype_policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        return self.dtype_policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        return self.dtype_policy.compute_dtype

    # the graph

    @property
    def input(self) -> Any:
        """The symbolic input of the first call."""
        node = self._first_node()
        return node.args[0] if node.args else node.inputs[0]

    @property
    def output(self) -> Any:
        """The symbolic output of the first call."""
        return self._first_node().outputs

    def _first_node(self) -> symbolic.Node:
        if not self.inbound_nodes:
            raise AttributeError(f"Layer `{self.name}` has no input or output yet: call it on an `Input` first.")
        return self.inbound_nodes[0]

    # configs

    def config_arguments(self) -> dict[str, Any]:
        base = {"name": self.name, "trainable": self._trainable, "dtype": self.dtype_policy}
        rest = {
            key: value
            for key, value in super().config_arguments().items()
            if key not in base and (key in self._stored or key not in _FIRST_LAYER_HINTS)
        }
        if rest.get("activity_regularizer") is None:
            rest.pop("activity_regularizer", None)
        rest.pop("autocast", None)
        return base | rest

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that `build` was called with, for `build_from_config`."""
        shapes = vars(self).get("_build_shapes")
        if shapes is None:
            return None
        return {"input_shape": next(iter(shapes.values()))} if len(shapes) == 1 else {"shapes_dict": dict(shapes)}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build for the shapes that `get_build_config` gave."""
        if self.built:
            return
        shapes = config.get("shapes_dict") or {"": config.get("input_shape")}
        if all(shape is None for shape in shapes.values()):
            return
        shapes = {key: _as_shape(shape) for key, shape in shapes.items()}
        self.build(**shapes) if "shapes_dict" in config else self.build(*shapes.values())
        self.built = True

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        state["inbound_nodes"] = []
        state["_losses"] = []
        return state

    _signature: Signature = Signature(call)


def _from_numbers(value: Any) -> Any:
    """A nested list of numbers as one array; anything else as it is."""
    if isinstance(value, list) and value and all(isinstance(leaf, int | float) for leaf in tree.leaves(value)):
        return np.asarray(value)
    return value


def _rows(x: Any) -> Any:
    return x.shape[0] if x.shape else 1


def _as_shape(shape: Any) -> Any:
    """A shape from a file: lists become tuples, a list of shapes stays a list."""
    if isinstance(shape, dict):
        return {key: _as_shape(item) for key, item in shape.items()}
    if isinstance(shape, list | tuple):
        if any(isinstance(item, list | tuple) for item in shape):
            return [_as_shape(item) for item in shape]
        return tuple(shape)
    return shape


def _specs(shape: Any, dtype: str) -> Any:
    """Symbolic tensors for a shape, or for a list or dict of shapes."""
    if isinstance(shape, dict):
        return {key: _specs(item, dtype) for key, item in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(item, list | tuple) for item in shape):
        return [_specs(item, dtype) for item in shape]
    return symbolic.SymbolicTensor(shape, dtype)


def _batch_shape(hints: dict[str, Any], where: str) -> tuple[int | None, ...] | None:
    """The batch shape that a first layer's `batch_shape` or `input_shape` describes."""
    if hints.get("batch_shape") is not None:
        return tuple(hints["batch_shape"])
    shape = hints.get("input_shape")
    if shape is None:
        return None
    if isinstance(shape, int):
        raise ValueError(
            f"`input_shape` of `{where}` must be a tuple, without the batch: `({shape},)`. "
            f"Received: input_shape={shape}."
        )
    return (hints.get("batch_size"), *shape)


__all__ = ["Context", "InputSpec", "Layer"]
