"""Whether data have the shape that an input of a model must have, and the sentence where they do not."""

from __future__ import annotations

from hornbeam.core.brief import shown_shape
from hornbeam.core.running import running

#: Whether a model inside of another one may be called on tensors of more axes, as in old code.
other_ranks_fit = False


def is_squeezable(shape: tuple[int | None, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether the two differ by an axis of size 1 at the end alone."""
    longer, shorter = (shape, wanted) if len(shape) > len(wanted) else (wanted, shape)
    return len(longer) == len(shorter) + 1 and longer[-1] == 1 and agree(longer[:-1], shorter)


def agree(shape: tuple[int | None, ...], wanted: tuple[int | None, ...]) -> bool:
    """Whether data of `shape` fits `wanted`; any number of rows does."""
    return len(shape) == len(wanted) and all(
        s == w or None in (s, w) for s, w in zip(shape[1:], wanted[1:], strict=True)
    )


def check_shape(
    shape: tuple[int | None, ...], wanted: tuple[int | None, ...], input_name: str, model_name: str
) -> None:
    """Raise unless data of `shape` fits an input of shape `wanted`."""
    is_inside = running.probe is not None or len(running.layers) > 1
    if agree(shape, wanted) or (other_ranks_fit and is_inside and shape[-1:] == wanted[-1:]):
        return
    hint = ""
    if len(wanted) > 2 and shape[:1] == (None,) and shape[1:] == wanted[2:]:
        hint = " Leave the batch out of `shape=` of the input."
    elif agree((None, *shape), wanted):
        hint = " A single row needs a batch axis: `x[None]`."
    elif len(shape) == len(wanted) > 3 and shape[1] == wanted[-1] and shape[2:] == wanted[1:-1]:
        hint = " Channels come last here: `numpy.moveaxis(x, 1, -1)`."
    raise ValueError(
        f"Input `{input_name}` of model `{model_name}` must have shape {wanted}. Received: data of shape "
        f"{shown_shape(shape)}.{hint}"
    )
