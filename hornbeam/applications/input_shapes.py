"""The shape of the images that an architecture is built for."""

from __future__ import annotations

import warnings
from typing import Any, Literal

from hornbeam import config
from hornbeam.core.symbolic import is_symbolic

Shape = tuple[int | None, int | None, int | None]
Sized = Literal["always", "with the top", "never"]


def input_shape_for(
    shape: Any, tensor: Any, size: int, least: int, include_top: bool, weights: Any, sized: Sized = "with the top"
) -> Shape:
    """The shape of one image: what the user asks for, if it can be, or the usual one.

    Raises:
        ValueError: for another number of sizes, images that are too small, and channels in the wrong place.
    """
    given = shape if shape is not None else _shape_of(tensor)
    known = sized == "always" or (sized == "with the top" and include_top)
    default = size if known else None
    if given is None:
        return _arranged(default, default, 3)
    shape = _checked(given)
    rows, columns, channels = _by_meaning(shape)
    small = [s for s in (rows, columns) if s is not None and s < least]
    if small:
        turned = 1 in shape[:2] + shape[1:] and 3 in (shape[0], shape[2])
        hint = "" if not ((channels not in (1, 3) and 3 in shape) or turned) else _channels_hint()
        raise ValueError(f"`input_shape` must have at least {least} rows and columns{hint}. Received: {given}.")
    if weights == "imagenet":
        _check_pretrained(shape, rows, columns, channels, size, include_top and sized != "never")
    elif channels not in (1, 3):
        warnings.warn(f"Images have 1 or 3 channels as a rule. Received: input_shape={given}.", stacklevel=4)
    if include_top and sized != "never" and None in (rows, columns):
        raise ValueError(
            "With `include_top=True` the numbers of rows and columns must be known. "
            f"Received: input_shape={given}; pass sizes, or `include_top=False`."
        )
    return shape


def _shape_of(tensor: Any) -> Any:
    if tensor is None:
        return None
    if not is_symbolic(tensor) and not hasattr(tensor, "shape"):
        raise ValueError(f"`input_tensor` must be a symbolic tensor, as `Input` makes. Received: {tensor!r}.")
    return tuple(tensor.shape[1:])


def _checked(shape: Any) -> Shape:
    sizes = tuple(shape) if isinstance(shape, tuple | list) else None
    if sizes is None or len(sizes) != 3 or not all(s is None or (isinstance(s, int) and s > 0) for s in sizes):
        raise ValueError(
            f"`input_shape` must be three sizes, as in {_arranged(224, 224, 3)}, without the batch. "
            f"Received: {shape!r}."
        )
    return sizes


def _check_pretrained(
    shape: Shape, rows: int | None, columns: int | None, channels: int | None, size: int, include_top: bool
) -> None:
    if channels != 3:
        raise ValueError(
            f"The published weights are for images of 3 channels. Received: input_shape={shape}; "
            "pass `weights=None`, or turn the images into colours with `layers.Concatenate()([x, x, x])`."
        )
    if include_top and (rows, columns) != (size, size):
        raise ValueError(
            f"The published weights of the classifier are for `input_shape={_arranged(size, size, 3)}`. "
            f"Received: {shape}; resize the images, or pass `include_top=False`."
        )


def _arranged(rows: int | None, columns: int | None, channels: int) -> Shape:
    return (rows, columns, channels) if _channels_last() else (channels, rows, columns)


def _by_meaning(shape: Shape) -> Shape:
    return shape if _channels_last() else (shape[1], shape[2], shape[0])


def _channels_last() -> bool:
    return bool(config.image_data_format() == "channels_last")


def _channels_hint() -> str:
    return ", and the channels last" if _channels_last() else ", and the channels first"
