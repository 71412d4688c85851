"""Models: `Sequential`, `Model(inputs, outputs)`, and subclasses of `Model`."""

from hornbeam.layers import Input, InputLayer
from hornbeam.models.clone import clone_model
from hornbeam.models.from_json import model_from_config, model_from_json, model_from_yaml
from hornbeam.models.model import Functional, Model
from hornbeam.models.sequential import Sequential
from hornbeam.saving import load_model, save_model

__all__ = [
    "Functional",
    "Input",
    "InputLayer",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_config",
    "model_from_json",
    "model_from_yaml",
    "save_model",
]
