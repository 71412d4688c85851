"""Images with pixels added at the borders, or cut off."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.ops.dispatch import Array, op
from hornbeam.ops.image.axes import along, check_rank, spatial_axes


@op(passes_values=True)
def crop_images(
    images: Array,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Array:
    """Images without some rows and columns; of top, bottom and target height two are given, likewise of the width.

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        top_cropping: rows to cut off.
        left_cropping: columns to cut off.
        bottom_cropping: rows to cut off.
        right_cropping: columns to cut off.
        target_height: rows that stay.
        target_width: columns that stay.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    axes = spatial_axes(data_format)
    given = _by_axis(locals(), "cropping")
    slices = []
    for axis, names in zip(axes, given, strict=True):
        first, last, size = _solved(names, images.shape[axis])
        slices.append(slice(first, first + size))
    return images[tuple(along(images, axes, slices, slice(None)))]


@op
def pad_images(
    images: Array,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Array:
    """Images with rows and columns of zeros; of top, bottom and target height two are given, likewise of the width.

    Args:
        images: shape (height, width, channels), or a batch of them; or with channels first.
        top_padding: rows to add.
        left_padding: columns to add.
        bottom_padding: rows to add.
        right_padding: columns to add.
        target_height: rows of the result.
        target_width: columns of the result.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(images)
    axes = spatial_axes(data_format)
    given = _by_axis(locals(), "padding")
    pads = [_solved(names, images.shape[axis], sign=-1)[:2] for axis, names in zip(axes, given, strict=True)]
    return engine.pad(images, along(images, axes, pads, (0, 0)))


Given = dict[str, int | None]


def _by_axis(arguments: dict[str, int | None], what: str) -> tuple[Given, Given]:
    names = ((f"top_{what}", f"bottom_{what}", "target_height"), (f"left_{what}", f"right_{what}", "target_width"))
    height, width = ({name: arguments[name] for name in three} for three in names)
    return height, width


def _solved(given: Given, old: int, sign: int = 1) -> list[int]:
    """What is cut off (`sign` 1) or added (-1) before and after, and the new size; one of them follows from the others.

    before + after = sign (old - new)
    """
    if sum(value is None for value in given.values()) != 1:
        shown = ", ".join(f"{name}={value}" for name, value in given.items())
        raise ValueError(f"Exactly two of {', '.join(f'`{name}`' for name in given)} must be given. Received: {shown}.")
    before, after, new = given.values()
    if before is None:
        before = sign * (old - new) - after  # type: ignore[operator]
    elif after is None:
        after = sign * (old - new) - before  # type: ignore[operator]
    else:
        new = old - sign * (before + after)
    solved = dict(zip(given, (before, after, new), strict=True))
    for name, value in solved.items():
        if value < 0:  # type: ignore[operator]
            how = "Received" if given[name] is not None else "From the other two follows"
            raise ValueError(f"`{name}` must not be negative. {how}: {name}={value}, for images of size {old}.")
    return list(solved.values())  # type: ignore[arg-type]
