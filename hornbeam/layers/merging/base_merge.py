"""What layers share that make one tensor of several."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from hornbeam import engine, ops
from hornbeam.core.brief import shown_shape
from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.layers.base.arguments_of import arguments_of
from hornbeam.layers.base.layer import Layer


class Merge(Layer):
    """Base of layers that combine several tensors element by element.

    Shapes broadcast; where ranks differ, axes of size 1 come after the batch of the smaller. A step is masked in the
    output where every input masks it.
    """

    supports_masking = True

    def build(self, input_shape: Any) -> None:
        check_several(self, input_shape)

    def call(self, inputs: Sequence[Any]) -> Any:
        rank = max(x.ndim for x in inputs)
        inputs = [x if x.ndim == rank else _expand(x, rank) for x in inputs]
        check_broadcast(self, [tuple(x.shape) for x in inputs])
        return self.merge(inputs)

    def merge(self, inputs: list[Any]) -> Any:
        """The combination of inputs of equal rank."""
        raise NotImplementedError

    @arguments_of("call")
    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The output, in which a size is unknown that is so in one of the inputs and not 1 in the others."""
        inputs: Any = args[0] if args else kwargs.get("inputs")
        shapes = [tuple(x.shape) for x in inputs] if isinstance(inputs, list) else []
        known = [_known(sizes) for sizes in zip(*shapes, strict=False)]
        if len(set(map(len, shapes))) != 1 or not any(known[1:]):
            return super().compute_output_spec(*args, **kwargs)
        filled = [SymbolicTensor([k or n for k, n in zip(known, x.shape, strict=True)], x.dtype) for x in inputs]
        output = super().compute_output_spec(filled)
        return SymbolicTensor([None if k else n for k, n in zip(known, output.shape, strict=True)], output.dtype)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            check_masks(self, inputs, mask)
        if mask is None or any(one is None for one in mask):
            return None
        return functools.reduce(ops.logical_or, mask)


class Extreme(Merge):
    """The extreme of those inputs that are not masked at a place."""

    def call(self, inputs: Sequence[Any], mask: Any = None) -> Any:
        if mask is None:
            return super().call(inputs)
        return functools.reduce(self._combine, zip(inputs, mask, strict=True))[0]

    def _combine(self, one: tuple[Any, Any], other: tuple[Any, Any]) -> tuple[Any, Any]:
        (x, real), (y, also) = one, other
        y = y if also is None else engine.where(also[..., None], y, x)
        x = x if real is None else engine.where(real[..., None], x, y)
        both = None if real is None or also is None else engine.logical_or(real, also)
        return self.better(x, y), both

    def merge(self, inputs: list[Any]) -> Any:
        return functools.reduce(self.better, inputs)

    def better(self, x: Any, y: Any) -> Any:
        """The extreme of two."""
        raise NotImplementedError


def check_several(layer: Layer, shapes: Any, at_least: int = 1, exactly: int | None = None) -> None:
    """A list of shapes, and as many as it takes."""
    is_list = isinstance(shapes, list | tuple) and all(isinstance(shape, tuple | list) for shape in shapes)
    count = len(shapes) if is_list else 0
    if count < at_least or (exactly is not None and count != exactly):
        kind = type(layer).__name__
        many = f"{exactly} tensors" if exactly is not None else f"at least {at_least} tensor{'s' * (at_least > 1)}"
        received = f"shapes {shapes}" if is_list else f"one tensor of shape {shapes}; write `{kind}()([a, b])`"
        raise ValueError(f"Layer `{layer.name}` ({kind}) takes a list of {many}. Received: {received}.")


def check_broadcast(layer: Layer, shapes: Sequence[tuple[int, ...]]) -> None:
    """Shapes that are equal, but for sizes of 1."""
    for sizes in zip(*shapes, strict=True):
        if len({*sizes, 1}) > 2:
            raise ValueError(
                f"The inputs of layer `{layer.name}` ({type(layer).__name__}) must have one shape, or 1 where they "
                f"differ. Received: shapes {', '.join(str(shown_shape(one)) for one in shapes)}."
            )


def _known(sizes: Sequence[int | None]) -> int | None:
    """The size above 1 that an unknown one stands beside, if any."""
    above = [size for size in sizes if size is not None and size != 1]
    return above[0] if above and None in sizes else None


def check_masks(layer: Layer, inputs: Any, masks: Any) -> None:
    if not (isinstance(inputs, list | tuple) and isinstance(masks, list | tuple) and len(inputs) == len(masks)):
        raise ValueError(
            f"`mask` should be a list with one for each of the `inputs` of layer `{layer.name}`. "
            f"Received: {masks!r:.100} for {len(inputs) if isinstance(inputs, list | tuple) else 'no list of'} inputs."
        )


def _expand(x: Any, rank: int) -> Any:
    return engine.reshape(x, (*x.shape[:1], *(1,) * (rank - x.ndim), *x.shape[1:]))
