"""Small helpers: seeds, one-hot targets, padded sequences, datasets by batch, registered names."""

import importlib
from typing import TYPE_CHECKING

from hornbeam.backend import clear_session, is_keras_tensor, standardize_dtype
from hornbeam.core.rng import set_random_seed
from hornbeam.core.serialization import (
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from hornbeam.core.settings import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from hornbeam.data.dataset import PyDataset, Sequence
from hornbeam.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from hornbeam.preprocessing.image import array_to_img, img_to_array, load_img, save_img
from hornbeam.preprocessing.sequence import pad_sequences
from hornbeam.utils import bounding_boxes, legacy
from hornbeam.utils.config import Config
from hornbeam.utils.enqueuers import GeneratorEnqueuer, OrderedEnqueuer, SequenceEnqueuer
from hornbeam.utils.numerical import normalize, to_categorical
from hornbeam.utils.progbar import Progbar
from hornbeam.utils.sources import get_source_inputs
from hornbeam.utils.splitting import split_dataset

CustomObjectScope = custom_object_scope

# What is imported when somebody asks for it.
_LATER = {
    "FeatureSpace": "hornbeam.utils.feature_space",
    "audio_dataset_from_directory": "hornbeam.data.folders.sounds",
    "get_file": "hornbeam.utils.cached_files",
    "image_dataset_from_directory": "hornbeam.data.folders.images",
    "model_to_dot": "hornbeam.utils.drawing",
    "plot_model": "hornbeam.utils.drawing",
    "text_dataset_from_directory": "hornbeam.data.folders.texts",
    "timeseries_dataset_from_array": "hornbeam.data.timeseries",
}

if TYPE_CHECKING:
    from hornbeam.data.folders.images import image_dataset_from_directory
    from hornbeam.data.folders.sounds import audio_dataset_from_directory
    from hornbeam.data.folders.texts import text_dataset_from_directory
    from hornbeam.data.timeseries import timeseries_dataset_from_array
    from hornbeam.utils.cached_files import get_file
    from hornbeam.utils.drawing import model_to_dot, plot_model
    from hornbeam.utils.feature_space import FeatureSpace
else:

    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
        found = globals()[name] = getattr(importlib.import_module(_LATER[name]), name)
        return found


__all__ = [
    "FeatureSpace",
    "set_random_seed",
    "clear_session",
    "PyDataset",
    "Sequence",
    "SequenceEnqueuer",
    "OrderedEnqueuer",
    "GeneratorEnqueuer",
    "Progbar",
    "normalize",
    "pad_sequences",
    "to_categorical",
    "pack_x_y_sample_weight",
    "unpack_x_y_sample_weight",
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
    "Config",
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "array_to_img",
    "bounding_boxes",
    "img_to_array",
    "load_img",
    "save_img",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_file",
    "get_source_inputs",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "legacy",
    "model_to_dot",
    "plot_model",
    "serialize_keras_object",
    "split_dataset",
    "standardize_dtype",
]
