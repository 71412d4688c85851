"""`HostLayer`: a layer that computes on the host, with NumPy, since its inputs are strings or its table is large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core import symbolic, tree
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.base.building import ensure_built
from hornbeam.layers.base.call import entered
from hornbeam.layers.base.host import can_compute_on_host, computes_on_host
from hornbeam.layers.base.layer import Layer


class HostLayer(Layer):
    """Base of the layers that compute on the host.

    They stand at the front of a model, on its inputs. There they are applied to the data before it travels to the
    device; compiled programs get what comes out of them.
    """

    runs_on_host = True
    #: Called with what it computes for data, to give it to the user's code.
    gives: Callable[[Any], Any] = staticmethod(lambda outputs: outputs)
    #: Programs depend on nothing of it.
    unseen_in_builtins: tuple[str, ...] = ("",)
    #: The dtype of the input that a first layer makes when it is only told the shape.
    input_dtype = "string"

    @property
    def _where(self) -> str:
        """What to call it in messages."""
        return f"Layer `{self.name}` ({type(self).__name__})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if symbolic.is_symbolic(*args, *kwargs.values()):
            self._check_front(args, kwargs)
            return super().__call__(*args, **kwargs)
        with entered(self, args, kwargs):
            kwargs = {key: value for key, value in kwargs.items() if key not in ("training", "mask")}
            ensure_built(self, type(self).__hornbeam_call__.bind(args, kwargs))
            return type(self).gives(self.call(*args, **kwargs))

    def _check_front(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        for tensor in tree.leaves((args, kwargs)):
            if isinstance(tensor, SymbolicTensor) and not is_on_host(tensor):
                made_by = tensor.node.operation.name if tensor.node is not None else tensor.name
                raise ValueError(
                    f"{self._where} computes on the host, before all layers that compute on the device. Received: the "
                    f"output of `{made_by}`, which computes on the device; apply it directly to an `Input`, or outside "
                    "of the model to what the model gives."
                )

    def compute_output_spec(self, inputs: Any) -> Any:
        """The output as a symbolic tensor: `compute_output_shape` and `output_dtype`."""
        shape = tree.map(lambda x: x.shape, inputs) if tree.is_nested(inputs) else inputs.shape
        return symbolic.SymbolicTensor(self.compute_output_shape(shape), self.output_dtype)

    @property
    def output_dtype(self) -> str:
        """The dtype of what comes out."""
        raise NotImplementedError


def is_on_host(tensor: SymbolicTensor) -> bool:
    """Whether a symbolic tensor is an input, or comes out of a layer that computes on the host, or can."""
    if tensor.node is None or not tensor.node.inputs or computes_on_host(tensor.node.operation):
        return True
    return can_compute_on_host(tensor.node.operation) and all(map(is_on_host, tensor.node.inputs))
