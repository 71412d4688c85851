"""`Bidirectional`: a recurrent layer forwards and another backwards."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import serialization
from hornbeam.layers.base.checks import check_choice
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.policy import in_own_dtype
from hornbeam.layers.rnn.listed_inputs import ListedInputs


class Bidirectional(ListedInputs):
    """y = merge(layer(x), backward_layer(x)).

    The layers are copies of those passed, named "forward_..." and "backward_..."; a `backward_layer` of one's own is
    taken as it is. Where the layers return sequences, masked steps give zeros.

    Args:
        layer: a recurrent layer.
        merge_mode: "concat", "sum", "mul", "ave", or `None` for both outputs.
        weights: first values for the forward and then the backward layer.
        backward_layer: `layer` the other way by default; its `go_backwards` must be the opposite.

    Call arguments: those of the layer; `initial_state` has the forward states and then the backward states.

    Input: (batch, time, ...). Output: that of the layer, twice as many features for "concat".

    Source: Schuster and Paliwal 1997, Bidirectional recurrent neural networks.

    >>> import hornbeam
    >>> hornbeam.layers.Bidirectional(hornbeam.layers.LSTM(3))(hornbeam.ops.ones((1, 5, 2))).shape == (1, 6)
    True
    """

    supports_masking = True

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ):
        for name, value in (("layer", layer), ("backward_layer", backward_layer)):
            if not isinstance(value, Layer) and (name == "layer" or value is not None):
                raise ValueError(f"`{name}` of `Bidirectional` must be a layer. Received: {name}={value!r}.")
            if value is not None and not hasattr(value, "go_backwards"):
                raise ValueError(
                    f"`{name}` of `Bidirectional` must be a recurrent layer, which has `go_backwards`. "
                    f"Received: {name}={type(value).__name__}(name={value.name!r})."
                )
        super().__init__(weights=weights, **kwargs)
        if merge_mode is not None:
            check_choice(self, "merge_mode", merge_mode, ("concat", "sum", "mul", "ave"))
        self.forward_layer = _copy(layer, "forward_")
        if backward_layer is None:
            backward_layer = _copy(layer, "backward_", go_backwards=not layer.go_backwards)
        self.backward_layer = backward_layer
        self.store({"merge_mode": merge_mode, "layer": self.forward_layer, "backward_layer": backward_layer})
        for name in ("stateful", "return_sequences", "return_state"):
            _check_pair(self, name, same=True)
        _check_pair(self, "go_backwards", same=False)
        for one in (self.forward_layer, self.backward_layer):
            if hasattr(one, "zero_output_for_mask"):
                one.zero_output_for_mask = one.return_sequences
        self.input_spec = layer.input_spec

    @property
    def return_sequences(self) -> bool:
        return self.forward_layer.return_sequences

    @property
    def return_state(self) -> bool:
        return self.forward_layer.return_state

    @property
    def stateful(self) -> bool:
        return self.forward_layer.stateful

    @property
    def states(self) -> Any:
        """The states of both layers, if they are stateful."""
        states = self.forward_layer.states, self.backward_layer.states
        return None if None in states else (*states[0], *states[1])

    def reset_state(self) -> None:
        """Make stateful layers begin anew with the next batch."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def reset_states(self) -> None:
        """Another name of `reset_state`."""
        self.reset_state()

    def _listed_states(self) -> list[Any]:
        return [*self.forward_layer.state_size, *self.backward_layer.state_size]

    def build(
        self, sequences_shape: tuple[int | None, ...], initial_state_shape: Any = None, constants_shape: Any = None
    ) -> None:
        shapes = {} if constants_shape is None else {"constants_shape": constants_shape}
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape, **shapes)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
        constants: Any = None,
    ) -> Any:
        more = {} if constants is None else {"constants": constants}
        half = 0 if initial_state is None else len(initial_state) // 2
        forward, backward = (None, None) if initial_state is None else (initial_state[:half], initial_state[half:])
        y, *states = self._run(self.forward_layer, sequences, forward, mask, training, more)
        z, *others = self._run(self.backward_layer, sequences, backward, mask, training, more)
        if self.return_sequences:
            z = engine.flip(z, 1)
        output = in_own_dtype(self, self._merge(y, z))
        outputs = output if self.merge_mode is None else (output,)
        return self.gives((*outputs, *states, *others)) if self.return_state else output

    def _run(
        self, layer: Layer, sequences: Any, states: Any, mask: Any, training: bool | None, more: dict[str, Any]
    ) -> Any:
        """A layer's output, and its states if it returns them."""
        kwargs = {"initial_state": states, **more} if states is not None else dict(more)
        if type(layer).__hornbeam_call__.training:
            kwargs["training"] = training
        result = layer(sequences, mask=mask, **kwargs)
        return result if self.return_state else (result,)

    def _merge(self, y: Any, z: Any) -> Any:
        match self.merge_mode:
            case "concat":
                return engine.concatenate([y, z], -1)
            case "sum":
                return y + z
            case "ave":
                return (y + z) / 2
            case "mul":
                return y * z
        return y, z

    def compute_mask(self, _: Any, mask: Any = None) -> Any:
        masks = self.forward_layer.compute_mask(_, mask)
        of_output, *of_states = masks if isinstance(masks, list | tuple) else [masks]
        outputs = [of_output] * (2 if self.merge_mode is None else 1)
        masks = [*outputs, *of_states, *of_states]
        return masks if len(masks) > 1 else of_output


def _copy(layer: Layer, prefix: str, **changes: Any) -> Layer:
    """A new layer of the same config, with a prefixed name."""
    config = {**layer.get_config(), "name": prefix + layer.name.removeprefix("forward_"), **changes}
    found = serialization.deserialize({**serialization.serialize_object(layer), "config": config, "build_config": None})
    if hasattr(layer, "use_cudnn"):  # which is in no config
        found.use_cudnn = layer.use_cudnn
    return found


def _check_pair(layer: Bidirectional, name: str, same: bool) -> None:
    forward, backward = getattr(layer.forward_layer, name), getattr(layer.backward_layer, name)
    if (forward == backward) is not same:
        raise ValueError(
            f"The layers of `Bidirectional` must have {'the same' if same else 'opposite'} `{name}`. "
            f"Received: {forward} forwards, {backward} backwards."
        )
