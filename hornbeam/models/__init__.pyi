"""Models; see `__init__.py`."""

from hornbeam.layers import Input as Input, InputLayer as InputLayer
from hornbeam.models.clone import clone_model as clone_model
from hornbeam.models.from_json import (
    model_from_config as model_from_config,
    model_from_json as model_from_json,
    model_from_yaml as model_from_yaml,
)
from hornbeam.models.model import Functional as Functional, Model as Model
from hornbeam.models.sequential import Sequential as Sequential
from hornbeam.saving import load_model as load_model, save_model as save_model
