"""Names that Keras keeps for old code."""

from hornbeam.legacy import saving

__all__ = ["saving"]
