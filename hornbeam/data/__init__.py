"""Data for training: arrays in memory, arrays on disk, or whatever gives batches, behind three sources."""

from hornbeam.data.arrays import ArraySource
from hornbeam.data.dataset import PyDataset, Sequence
from hornbeam.data.source import WithWorkers, as_source, with_workers
from hornbeam.data.stored import StoredArray
from hornbeam.data.stored_source import StoredSource
from hornbeam.data.streams import StreamSource
from hornbeam.data.window import Window

__all__ = [
    "as_source",
    "with_workers",
    "WithWorkers",
    "ArraySource",
    "StoredArray",
    "StoredSource",
    "StreamSource",
    "Window",
    "PyDataset",
    "Sequence",
]
