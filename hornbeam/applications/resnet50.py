"""ResNet50 by itself; `resnet` has the others."""

from hornbeam.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
