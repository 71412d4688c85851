"""Bounding boxes: formats, overlap, differences from anchors, and what becomes of them when images change."""

from hornbeam.ops.boxes import *  # noqa: F403
from hornbeam.ops.boxes import __all__ as __all__
