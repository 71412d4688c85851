"""`Dataset`: elements made one by one when they are asked for, and the steps that turn them into batches."""

from hornbeam.data.pipeline.dataset import AUTOTUNE, Dataset
from hornbeam.data.pipeline.element import Element, ElementSpec, as_element, leaves
from hornbeam.data.pipeline.rows import Rows, reading_threads

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "Element",
    "ElementSpec",
    "Rows",
    "as_element",
    "leaves",
    "reading_threads",
]
