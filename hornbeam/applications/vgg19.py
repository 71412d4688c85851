"""VGG of 19 layers; `vgg16` has what both share."""

from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_caffe as preprocess_input
from hornbeam.applications.vgg16 import vgg

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

VGG19 = vgg(19, (2, 2, 4, 4, 4))
