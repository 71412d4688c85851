"""Data for training: arrays in memory, or whatever gives batches, behind two sources."""

from hornbeam.data.arrays import ArraySource
from hornbeam.data.dataset import PyDataset, Sequence
from hornbeam.data.source import as_source
from hornbeam.data.streams import StreamSource

__all__ = ["as_source", "ArraySource", "StreamSource", "PyDataset", "Sequence"]
