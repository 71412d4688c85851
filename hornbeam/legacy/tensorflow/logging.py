"""`tf.logging`, for scripts that make TensorFlow silent."""

from __future__ import annotations

import logging

DEBUG, INFO, WARN, WARNING, ERROR, FATAL = 10, 20, 30, 30, 40, 50
_logger = logging.getLogger("tensorflow")
debug, info, warn, warning, error, fatal = (
    _logger.debug, _logger.info, _logger.warning, _logger.warning, _logger.error, _logger.critical,
)  # fmt: skip


def set_verbosity(level: int) -> None:
    """What of the logger "tensorflow" is shown."""
    _logger.setLevel(level)


def get_verbosity() -> int:
    return _logger.getEffectiveLevel()
