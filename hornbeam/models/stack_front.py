"""The front of a `Sequential`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers import Input, Layer
from hornbeam.layers.base.host import computes_on_host
from hornbeam.layers.preprocessing.host_values import as_host_array, is_text
from hornbeam.models.front import Front, as_arrays, fit_on_host, front_of
from hornbeam.models.graph import placed


class StackFront(Front):
    """The first layers of a stack, as far as they compute on the host.

    Args:
        model: the stack, whose layers may change.
        connect: `(model, input)`, calls the layers one after another.
    """

    def __init__(self, model: Any, connect: Callable[[Any, SymbolicTensor], None]):
        self._model, self._connect = model, connect

    @property
    def depth(self) -> int:
        """The number of these layers."""
        layers = self._layers()
        return next((i for i, layer in enumerate(layers) if not computes_on_host(layer)), len(layers))

    @property
    def is_all(self) -> bool:
        return self.depth == len(self._layers())

    @property
    def names(self) -> frozenset[str]:
        return frozenset([self.name])

    @property
    def name(self) -> str:
        """Of the last of these layers, or of a model behind them that has a front itself."""
        inner = self._inner()
        return self._layers()[self.depth - 1].name if inner is None else inner.name

    def _layers(self) -> list[Any]:
        return [member for member in self._model.__hornbeam__.members if isinstance(member, Layer)]

    def _inner(self) -> Any:
        layers = self._layers()[self.depth :]
        return layers[0] if layers and front_of(layers[0]) is not None else None

    def through(self, x: Any, is_symbolic: bool) -> dict[str, Any]:
        value, inner = self.whole(x, is_symbolic), self._inner()
        if inner is not None:
            value = front_of(inner).specs(value) if is_symbolic else front_of(inner).apply(value)
        return {self.name: value}

    def whole(self, x: Any, is_symbolic: bool = False) -> Any:
        value = x if is_symbolic else self._input(x)
        for layer in self._layers()[: self.depth]:
            value = layer.compute_output_spec(value) if is_symbolic else layer(value)
        return value

    def _input(self, x: Any) -> Any:
        """The input as an array; a model that knows no input yet has one like it from now on."""
        model = self._model
        values = as_arrays(x, 1)
        start = model.__hornbeam__.input_structure
        if start is None:
            (value,) = values.values() if isinstance(values, dict) else values
            array = as_host_array(value, f"Model `{model.name}`")
            array = array[:, None] if array.ndim == 1 else array
            start = Input((*array.shape[1:],), dtype="string" if is_text(array) else array.dtype)
            self._connect(model, start)
            model.built = True
        (value,) = placed(values, start, model.name)
        return fit_on_host(value, start, model.name)

    def run_rest(self, made: dict[str, Any]) -> Any:
        value = made[self.name]
        for layer in self._layers()[self.depth :]:
            value = layer(value)
        return value
