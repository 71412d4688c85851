"""Runs that are kept; see `__init__.py`."""

from hornbeam.training.resuming.resume import (
    is_finished as is_finished,
    kept_run as kept_run,
    with_resume as with_resume,
)
from hornbeam.training.resuming.run import Rest as Rest, Run as Run
