"""Global settings: the small number that keeps divisions finite, where images have their channels, what is shown."""

from __future__ import annotations

from hornbeam.core.integers import is_integer

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


_learning_phase: int | None = None


def learning_phase() -> int | None:
    """Keras 2's setting for what is computed outside of `fit` and `predict`: 1 for training, 0; None unless set."""
    return _learning_phase


def set_learning_phase(value: int | None) -> None:
    """Set what `learning_phase()` gives."""
    global _learning_phase
    if value not in (0, 1, None):
        raise ValueError(f"`value` must be 0 or 1. Received: value={value!r}.")
    _learning_phase = value if value is None else int(value)


_interactive_logging = True
_traceback_filtering = True
_flash_attention: bool | None = None
_max_epochs: int | None = None
_max_steps_per_epoch: int | None = None


def enable_interactive_logging() -> None:
    """Let `verbose="auto"` show a live line where the output is a terminal or a notebook, as it does by default."""
    global _interactive_logging
    _interactive_logging = True


def disable_interactive_logging() -> None:
    """Let `verbose="auto"` show one line for each epoch, for logs."""
    global _interactive_logging
    _interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Whether `verbose="auto"` may show a live line."""
    return _interactive_logging


def enable_traceback_filtering() -> None:
    """Leave out of tracebacks what lies inside Hornbeam, between your line and the place of the error; the default."""
    global _traceback_filtering
    _traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Show tracebacks whole, as for a report about a fault in Hornbeam."""
    global _traceback_filtering
    _traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Whether tracebacks leave out what lies inside Hornbeam."""
    return _traceback_filtering


def enable_flash_attention() -> None:
    """Set what `is_flash_attention_enabled` gives; the engine takes its fastest kernel in any case."""
    global _flash_attention
    _flash_attention = True


def disable_flash_attention() -> None:
    """Set what `is_flash_attention_enabled` gives; the engine takes its fastest kernel in any case."""
    global _flash_attention
    _flash_attention = False


def is_flash_attention_enabled() -> bool | None:
    """What was set; None at first."""
    return _flash_attention


def max_epochs() -> int | None:
    """How many epochs `fit` runs at most; None without a limit."""
    return _max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Let `fit` run this many epochs at most, for a quick try of a whole script; None for no limit."""
    global _max_epochs
    _max_epochs = _limit("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """How many batches an epoch, an evaluation or a prediction has at most; None without a limit."""
    return _max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let an epoch, an evaluation and a prediction have this many batches at most; None for no limit."""
    global _max_steps_per_epoch
    _max_steps_per_epoch = _limit("max_steps_per_epoch", max_steps_per_epoch)


def limited_steps(steps: int | None) -> int | None:
    """The batches of an epoch of `steps`, None for as many as come, within the limit."""
    return _max_steps_per_epoch if _max_steps_per_epoch and (steps is None or steps > _max_steps_per_epoch) else steps


def _limit(name: str, value: int | None) -> int | None:
    if value is not None and (not is_integer(value, 0)):
        raise ValueError(f"`{name}` must be an integer of at least 0, or None. Received: {name}={value!r}.")
    return value
