"""Runs that are written down as they go, and gone on with in another process; imported when a run is to be kept."""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
