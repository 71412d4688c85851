"""Global settings: the small number that keeps divisions finite, and where images have their channels."""

from __future__ import annotations

_epsilon = 1e-7
_image_data_format = "channels_last"


def epsilon() -> float:
    """The number that losses and normalizations add or clip by to stay finite; 1e-7 unless changed."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Set what `epsilon()` gives."""
    global _epsilon
    _epsilon = float(value)


def image_data_format() -> str:
    """Where images have their channels when a call does not say: "channels_last" unless changed."""
    return _image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set what `image_data_format()` gives: "channels_last" or "channels_first"."""
    global _image_data_format
    _image_data_format = standardize_data_format(data_format)


def standardize_data_format(data_format: str | None) -> str:
    """`data_format` checked; `None` is the global setting.

    Raises:
        ValueError: for another name.
    """
    data_format = _image_data_format if data_format is None else str(data_format).lower()
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(f"`data_format` must be 'channels_last' or 'channels_first'. Received: {data_format!r}.")
    return data_format
