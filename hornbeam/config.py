"""Settings: the engine, default dtypes, the axis of channels, what is shown, limits for a quick try."""

from __future__ import annotations

from hornbeam.core.dtypes import floatx, set_floatx
from hornbeam.core.policies import dtype_policy, set_dtype_policy
from hornbeam.core.settings import (
    disable_flash_attention,
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_flash_attention,
    enable_interactive_logging,
    enable_traceback_filtering,
    epsilon,
    image_data_format,
    is_flash_attention_enabled,
    is_interactive_logging_enabled,
    is_traceback_filtering_enabled,
    max_epochs,
    max_steps_per_epoch,
    set_epsilon,
    set_image_data_format,
    set_max_epochs,
    set_max_steps_per_epoch,
)
from hornbeam.engine import backend, set_backend

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]


def enable_unsafe_deserialization() -> None:
    """Raise: no setting lets a file run code.

    Raises:
        ValueError: always; it says what to do instead.
    """
    raise ValueError(
        "Hornbeam never runs code from a file, and no setting changes that: register your own classes and functions "
        "with `hornbeam.saving.register_keras_serializable`, or pass them as `custom_objects`."
    )


def is_nnx_enabled() -> bool:
    """False: variables are not those of Flax NNX."""
    return False
