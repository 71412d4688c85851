"""Data made ready: images and sequences as arrays."""

from hornbeam.preprocessing import image, sequence

__all__ = ["image", "sequence"]
