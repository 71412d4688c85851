"""Small helpers: seeds, one-hot targets, padded sequences, datasets by batch, registered names."""

from hornbeam.core.naming import reset as _reset_names
from hornbeam.core.rng import set_random_seed
from hornbeam.core.serialization import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from hornbeam.data.dataset import PyDataset, Sequence
from hornbeam.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from hornbeam.training.programs.compiled import forget_compiled as _forget_compiled
from hornbeam.utils.enqueuers import GeneratorEnqueuer, OrderedEnqueuer, SequenceEnqueuer
from hornbeam.utils.numerical import normalize, to_categorical
from hornbeam.utils.progbar import Progbar
from hornbeam.utils.sequences import pad_sequences

CustomObjectScope = custom_object_scope


def clear_session(free_memory: bool = True) -> None:
    """Start anew: count the names of layers from 0, and forget compiled programs that no model uses.

    Args:
        free_memory: accepted for code written for Keras: the memory of a model is freed with the model.
    """
    _reset_names()
    _forget_compiled()


__all__ = [
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
]
