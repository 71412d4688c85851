"""`Dataset`: elements made one by one when they are asked for, and the steps that turn them into batches."""

from hornbeam.data.pipeline.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from hornbeam.data.pipeline.element import Element, ElementSpec, as_element, leaves
from hornbeam.data.pipeline.rows import Rows, reading_threads

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "Element",
    "ElementSpec",
    "Rows",
    "as_element",
    "leaves",
    "reading_threads",
]
