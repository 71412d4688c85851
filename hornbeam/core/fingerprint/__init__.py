"""What a program may depend on: as a key to compare, and with a watch over all that was read for it."""

from hornbeam.core.fingerprint.fingerprint import Fingerprint

__all__ = ["Fingerprint"]
