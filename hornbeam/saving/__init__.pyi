"""Models and weights in files; see `__init__.py`."""

from hornbeam.core.serialization import (
    CustomObjectScope as CustomObjectScope,
    custom_object_scope as custom_object_scope,
    deserialize_keras_object as deserialize_keras_object,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
    serialize_keras_object as serialize_keras_object,
)
from hornbeam.saving.editor import KerasFileEditor as KerasFileEditor
from hornbeam.saving.inspecting import inspect as inspect
from hornbeam.saving.model_files import load_model as load_model, save_model as save_model
from hornbeam.saving.report import LoadReport as LoadReport
from hornbeam.saving.weights_files import load_weights as load_weights, save_weights as save_weights
