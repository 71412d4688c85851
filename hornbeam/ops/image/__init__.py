"""Images: shape (height, width, channels) or (batch, height, width, channels), or with channels first."""

from hornbeam.ops.image.colors import rgb_to_grayscale
from hornbeam.ops.image.resizing import resize
from hornbeam.ops.image.scaling import scale_and_translate

__all__ = ["resize", "rgb_to_grayscale", "scale_and_translate"]
