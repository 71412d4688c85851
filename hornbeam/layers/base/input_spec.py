"""`InputSpec`: what a layer asks of its inputs, checked before every call."""

from __future__ import annotations

from typing import Any

from hornbeam.core import symbolic, tree
from hornbeam.core.brief import shown_shape
from hornbeam.core.configurable import Configurable
from hornbeam.core.integers import is_integer
from hornbeam.layers.base.host import computes_on_host


class InputSpec(Configurable):
    """Rank, sizes and dtype that an input of a layer must have; `None` leaves one free.

    Args:
        dtype: a dtype name.
        shape: all sizes, batch first.
        ndim: the rank.
        max_ndim: the largest rank.
        min_ndim: the smallest rank.
        axes: a dictionary from axis to size.
        allow_last_axis_squeeze: whether a last axis of size 1 may be missing or extra.
        name: the expected name.
        optional: whether the input may be `None`.
    """

    is_fixed = True

    def __init__(
        self,
        dtype: str | None = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ):
        self.store(locals())
        self.shape = tuple(shape) if shape is not None else None
        if any(not (size is None or is_integer(size)) for size in self.shape or ()):
            raise ValueError(f"`shape` of `InputSpec` must have sizes, or `None`. Received: shape={shape!r}.")
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        rank = self.ndim or max_ndim
        if rank is not None and any(not -rank <= axis < rank for axis in self.axes):
            raise ValueError(
                f"`axes` of `InputSpec` must be in [{-rank}, {rank}) for inputs of {rank} axes. Received: axes={axes}."
            )

    def complaint(self, shape: tuple[int | None, ...]) -> str | None:
        """What is wrong with an input of `shape`, in words; `None` when it fits."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            return f"must have {self.ndim} axes, the batch included"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"must have at least {self.min_ndim} axes, the batch included"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"must have at most {self.max_ndim} axes, the batch included"
        for axis, size in self.axes.items():
            if size is not None and shape[axis] not in (size, None):
                place = "its last axis" if axis in (-1, rank - 1) else f"axis {axis}"
                return f"must have size {size} in {place}, for which the layer was built"
        if self.shape is not None:
            for known, wanted in zip(shape, self.shape, strict=True):
                if wanted is not None and known not in (wanted, None):
                    return f"must have shape {self.shape}"
        return None


class WrongInputError(TypeError, ValueError):
    """What a layer is called on is no tensor; Keras raises a `ValueError`."""


def check_inputs(layer: Any, inputs: Any) -> None:
    """Compare `inputs` with the layer's `input_spec`.

    Raises:
        ValueError: naming the layer, what it expects and what it received.
        TypeError: for strings, unless the layer, or the front of a model, computes on the host.
    """
    if isinstance(inputs, str) and not computes_on_host(layer) and getattr(layer.__hornbeam__, "front", None) is None:
        raise WrongInputError(symbolic.no_strings(f"Layer `{layer.name}` ({type(layer).__name__})", inputs))
    if isinstance(inputs, symbolic.SymbolicTensor) and inputs.dtype == "string":
        if not computes_on_host(layer) and getattr(layer.__hornbeam__, "front", None) is None:
            raise TypeError(symbolic.no_strings(f"Layer `{layer.name}` ({type(layer).__name__})", inputs.name))
    if layer.input_spec is None:
        return
    if inputs is None:
        raise ValueError(f"Layer `{layer.name}` ({type(layer).__name__}) must be called on tensors. Received: None.")
    specs = tree.leaves(layer.input_spec) if isinstance(layer.input_spec, list | tuple | dict) else [layer.input_spec]
    values = tree.leaves(inputs)
    if len(values) < len(specs):
        raise ValueError(f"Layer `{layer.name}` expects {len(specs)} inputs. Received: {len(values)}.")
    for index, (spec, value) in enumerate(zip(specs, values, strict=False)):
        if spec is None or not hasattr(value, "shape"):
            continue
        complaint = spec.complaint(tuple(value.shape))
        if complaint:
            which = f"Input {index} of" if len(specs) > 1 else "The input of"
            raise ValueError(
                f"{which} layer `{layer.name}` ({type(layer).__name__}) {complaint}. "
                f"Received: shape {shown_shape(value.shape)}.{_fix(layer, tuple(value.shape))}"
            )


def _fix(layer: Any, shape: tuple[int | None, ...]) -> str:
    """What to do about an input with an axis too few, as a sentence after another one."""
    rank = getattr(layer, "rank", None)
    if rank is not None and len(shape) == rank + 1:
        return " Add an axis for the channels, `x[..., None]`, or one for the batch, `x[None]`."
    if hasattr(layer, "return_sequences") and len(shape) == 2:
        return (
            " A sequence has an axis of steps: give the recurrent layer before `return_sequences=True`, or make one of "
            "`x[..., None]`."
        )
    return ""
