"""`tf.errors`: what scripts catch."""

from __future__ import annotations


class OpError(Exception):
    """Above the others."""


class InvalidArgumentError(OpError, ValueError):
    """An argument that does not fit."""


class OutOfRangeError(OpError, StopIteration):
    """The end of data."""


class NotFoundError(OpError, FileNotFoundError):
    """A file that is not there."""


class ResourceExhaustedError(OpError, MemoryError):
    """Too little memory."""


class UnimplementedError(OpError, NotImplementedError):
    """Something that is not there."""


class FailedPreconditionError(OpError, RuntimeError):
    """Something that had to be done before."""


class InternalError(OpError, RuntimeError):
    """A fault inside."""


class UnavailableError(OpError, RuntimeError):
    """A device that does not answer."""
