"""Data made ready: images and sequences as arrays, files in folders and time series as datasets."""

import importlib
from typing import TYPE_CHECKING

from hornbeam.preprocessing import image, sequence

# What is imported when somebody asks for it.
_LATER = {
    "image_dataset_from_directory": "hornbeam.data.folders.images",
    "text_dataset_from_directory": "hornbeam.data.folders.texts",
    "timeseries_dataset_from_array": "hornbeam.data.timeseries",
}

if TYPE_CHECKING:
    from hornbeam.data.folders.images import image_dataset_from_directory
    from hornbeam.data.folders.texts import text_dataset_from_directory
    from hornbeam.data.timeseries import timeseries_dataset_from_array
else:

    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
        found = globals()[name] = getattr(importlib.import_module(_LATER[name]), name)
        return found


__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]
