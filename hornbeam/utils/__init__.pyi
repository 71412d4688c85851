"""Small helpers: seeds, one-hot targets, padded sequences, datasets by batch, registered names."""

from hornbeam.backend import (
    clear_session as clear_session,
    is_keras_tensor as is_keras_tensor,
    standardize_dtype as standardize_dtype,
)
from hornbeam.core.rng import set_random_seed as set_random_seed
from hornbeam.core.serialization import (
    custom_object_scope as custom_object_scope,
    deserialize_keras_object as deserialize_keras_object,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
    serialize_keras_object as serialize_keras_object,
)
from hornbeam.core.settings import (
    disable_interactive_logging as disable_interactive_logging,
    enable_interactive_logging as enable_interactive_logging,
    is_interactive_logging_enabled as is_interactive_logging_enabled,
)
from hornbeam.data.dataset import PyDataset as PyDataset, Sequence as Sequence
from hornbeam.data.folders.images import image_dataset_from_directory as image_dataset_from_directory
from hornbeam.data.folders.sounds import audio_dataset_from_directory as audio_dataset_from_directory
from hornbeam.data.folders.texts import text_dataset_from_directory as text_dataset_from_directory
from hornbeam.data.packing import (
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from hornbeam.data.timeseries import timeseries_dataset_from_array as timeseries_dataset_from_array
from hornbeam.preprocessing.image import (
    array_to_img as array_to_img,
    img_to_array as img_to_array,
    load_img as load_img,
    save_img as save_img,
)
from hornbeam.preprocessing.sequence import pad_sequences as pad_sequences
from hornbeam.utils import bounding_boxes as bounding_boxes, legacy as legacy
from hornbeam.utils.cached_files import get_file as get_file
from hornbeam.utils.config import Config as Config
from hornbeam.utils.drawing import model_to_dot as model_to_dot, plot_model as plot_model
from hornbeam.utils.enqueuers import (
    GeneratorEnqueuer as GeneratorEnqueuer,
    OrderedEnqueuer as OrderedEnqueuer,
    SequenceEnqueuer as SequenceEnqueuer,
)
from hornbeam.utils.feature_space import FeatureSpace as FeatureSpace
from hornbeam.utils.numerical import normalize as normalize, to_categorical as to_categorical
from hornbeam.utils.progbar import Progbar as Progbar
from hornbeam.utils.sources import get_source_inputs as get_source_inputs
from hornbeam.utils.splitting import split_dataset as split_dataset

CustomObjectScope = custom_object_scope
