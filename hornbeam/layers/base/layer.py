"""`Layer`: computation with weights, called on tensors, nested freely.

A layer is written as `__init__` (store the arguments), `build` (make the weights once shapes are known) and `call` (the
formula). Everything else is found: sublayers and variables by looking at the attributes, output shapes by tracing
`call`, configs from the constructor.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from hornbeam import activations, constraints, initializers, regularizers
from hornbeam.core import dtypes, lift, naming, serialization, symbolic, tree
from hornbeam.core.configurable import argument_names
from hornbeam.core.declarations import forget_inherited
from hornbeam.core.running import running, under
from hornbeam.core.shape import asked_with
from hornbeam.core.suggest import no_argument
from hornbeam.core.tape import plain, read_all
from hornbeam.core.variable import Variable
from hornbeam.layers.base.added_metrics import add_metric
from hornbeam.layers.base.arguments_of import arguments_of, overrides
from hornbeam.layers.base.building import FIRST_LAYER_HINTS, ensure_built, first_shape, with_building
from hornbeam.layers.base.call import Signature, calls_layers_only, entered
from hornbeam.layers.base.closures import called_with, closed_over, symbolic_outputs
from hornbeam.layers.base.described import Described
from hornbeam.layers.base.foreign import as_layer, may_be_module
from hornbeam.layers.base.input_spec import InputSpec, check_inputs
from hornbeam.layers.base.inputs import as_inputs
from hornbeam.layers.base.late_state import check_attribute_is_known, check_weight_in_time
from hornbeam.layers.base.losses import add, added_losses, and_losses, forget, report
from hornbeam.layers.base.masks import mask_after, set_masks
from hornbeam.layers.base.names import check_attribute, not_initialized, taken_names
from hornbeam.layers.base.new_weight import first_values, shape_of_weight
from hornbeam.layers.base.policy import policy_of
from hornbeam.layers.base.rematerialized import rematerialized
from hornbeam.layers.base.shapes import arguments_for, as_specs, outputs_of, pass_mask_on
from hornbeam.layers.base.tracking import flatten, state_of, trainable_weights_of
from hornbeam.layers.base.weights_in_call import check_place

_RESOLVERS = {
    "activation": activations.get,
    "_initializer": initializers.get,
    "_regularizer": regularizers.get,
    "_constraint": constraints.get,
}


class Layer(Described):
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
    #: Whether its weights are made.
    built: bool
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
    #: Whether it may, where a layer that does needs its output.
    may_run_on_host = False
    supports_masking = False
    #: Whether, once it is built, it takes no more weights and layers.
    refuses_late_state = True
    #: What inputs must look like.
    input_spec: InputSpec | Sequence[InputSpec] | None = None
    unseen = frozenset({"name"})
    #: The same for Hornbeam's own classes alone, as endings of names: what has done its work when weights are made.
    unseen_in_builtins: tuple[str, ...] = ("_initializer", "seed")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.build is not Layer.build:
            cls.build = with_building(cls.build)  # type: ignore[method-assign]
        if cls.call is not cls.__hornbeam_call__.call:  # its own, or that of a base which is no layer
            cls.__hornbeam_call__ = Signature(cls.call)
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
        hints = {key: kwargs.pop(key) for key in FIRST_LAYER_HINTS if key in kwargs} if kwargs else {}
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
        self.dtype_policy = policy_of(dtype, self.name)
        self.autocast = autocast
        own = type(self)
        self.built = own is not Layer and own.build is Layer.build and serialization.is_builtin(own)  # makes no weights
        self.input_spec = None
        internals = self.__hornbeam__
        internals.trainable = trainable
        if hints:
            internals.first_shape = first_shape(hints, type(self).__name__)
            internals.first_weights = hints.get("weights")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in taken_names(type(self).__mro__):
            check_attribute(self, name, value)
            if name == "dtype_policy":
                value = policy_of(value, self.name)
        else:
            check_attribute_is_known(self, name, value)
        value = activations.linear if value is None and name == "activation" else value
        object.__setattr__(self, name, as_layer(value) if may_be_module(value) else value)

    def __getattr__(self, name: str) -> Any:
        if "input_spec" not in vars(self):
            raise not_initialized(self, name)
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
        if symbolic.is_symbolic(*args, *kwargs.values()):
            return _called_on_symbols(self, args, kwargs)
        if running.tape is not None:
            return _called_on_tape(self, *read_all(running.tape, (args, kwargs)))
        return _called_on_arrays(self, args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The call on symbolic tensors."""
        return _called_on_symbols(self, args, kwargs)

    def rematerialized_call(self, layer_call: Any, *args: Any, **kwargs: Any) -> Any:
        """`layer_call` as the `RematScope` that the layer was made in wants it, for a call on `args` and `kwargs`."""
        return rematerialized(self, layer_call, *args, **kwargs)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the output: the input's; it is asked for where a layer supports masks."""
        return previous_mask

    @arguments_of("call")
    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs of a call as symbolic tensors, without computing anything."""
        if overrides(type(self), Layer, "compute_output_shape") and all(layer.built for layer in flatten(self)[1:]):
            shapes = type(self).__hornbeam_call__.bind(args, kwargs).shapes(type(self).compute_output_shape)
            return as_specs(asked_with(shapes, self.compute_output_shape), self.compute_dtype)
        return outputs_of(self, _called_on_arrays, args, kwargs)

    @arguments_of("build")
    def compute_output_shape(self, *shapes: Any, **shapes_by_name: Any) -> Any:
        """The shape of the output for an input of `input_shape`; unknown sizes are `None`.

        A layer that is called on several arguments takes a shape for each of them.
        """
        with lift.discard_assignments():
            args, kwargs = arguments_for(self, shapes, shapes_by_name)
            ensure_built(self, type(self).__hornbeam_call__.bind(args, kwargs))
            outputs = self.compute_output_spec(*args, **kwargs)
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
        check_weight_in_time(self, name)
        check_place(self)
        dtype = dtypes.standardize(dtype or self.variable_dtype)
        initializer = first_values(initializer, dtype)
        shape, name = shape_of_weight(self, shape), name or naming.unique("variable")
        with naming.scope(self.name) if naming.path("") == "" else nullcontext():
            weight = Variable(initializer, shape, dtype, trainable, autocast, aggregation, name=name)
        weight.regularizer = regularizers.get(regularizer)
        weight.constraint = constraints.get(constraint)
        self.__hornbeam__.members.append(weight)
        if running.structure is not None:
            running.structure.clear()
        return weight

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """The same as `add_weight`."""
        return self.add_weight(shape, initializer, dtype, trainable, autocast, regularizer, constraint, name=name)

    # losses

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = None) -> None:
        """Report the mean of what `call` computes under a name, as Keras 2 did; today a metric is an attribute.

        Args:
            value: a number or several; called inside `call`.
            name: in the logs; not needed for the value of a metric that is an attribute.
        """
        add_metric(self, value, name, aggregation)

    def add_loss(self, loss: Any) -> None:
        """Add a scalar to the loss that training minimises: inside `call`; or a function that gives it, anywhere."""
        add(self, tree.leaves(loss))

    @property
    def losses(self) -> list[Any]:
        """What the last call added with `add_loss`, what its functions give, the regularization of the weights."""
        return added_losses(self) + [v.regularizer(v.value) for v in trainable_weights_of(self) if v.regularizer]

    #: How `call` is called.
    __hornbeam_call__ = Signature(call)


def _called_on_symbols(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with entered(layer, args, kwargs):
        arguments = type(layer).__hornbeam_call__.bind(args, kwargs)
        check_inputs(layer, arguments.first)
        ensure_built(layer, arguments)
        if tensors := closed_over(layer, _called_on_arrays, args, kwargs):
            return called_with(layer, tensors, args, kwargs)
        outputs = pass_mask_on(layer, arguments.first, symbolic_outputs(layer, args, kwargs))
    return symbolic.record(layer, args, kwargs, outputs)


def _called_on_tape(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A call that is written down; its variables have to be there first."""
    if calls_layers_only(type(layer).call) and layer.built:
        with entered(layer, args, kwargs) as is_outermost:
            if is_outermost:
                forget(layer.__hornbeam__.reporters)
            return layer.call(*args, **{name: value for name, value in kwargs.items() if name != "training"})
    if not layer.built:
        with under(tape=None), lift.discard_assignments():
            layer(*plain(args), **plain(kwargs))
    if running.training is not None:  # which is to be the same when it is called again
        kwargs = {"training": running.training} | kwargs
    outputs, added = running.tape.record(functools.partial(and_losses, layer), args, kwargs, state_of(layer))
    report(layer, added)
    return outputs


def _called_on_arrays(layer: Layer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with entered(layer, args, kwargs) as is_outermost:
        if is_outermost:
            forget(layer.__hornbeam__.reporters)
        dtype = layer.dtype_policy.compute_dtype
        arguments = type(layer).__hornbeam_call__.bind(*as_inputs(args, kwargs, dtype, layer.autocast))
        check_inputs(layer, arguments.first)
        ensure_built(layer, arguments)
        masks = arguments.fill()
        with under(autocast=dtype):
            call = layer.call
            if layer.__hornbeam__.remat is not None:
                call = rematerialized(layer, call, *arguments.args, **arguments.kwargs)
            outputs = call(*arguments.args, **arguments.kwargs)
        if layer.activity_regularizer is not None:
            for output in tree.leaves(outputs):
                report(layer, [layer.activity_regularizer(output) / _rows(output)])
        set_masks(outputs, mask_after(layer, arguments.first, masks))
        if running.watched is not None:
            running.watched(layer, outputs)
        return outputs


def _rows(x: Any) -> Any:
    return max(x.shape[0], 1) if x.shape else 1


__all__ = ["InputSpec", "Layer"]
