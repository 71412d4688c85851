"""Images: shape (height, width, channels) or (batch, height, width, channels), or with channels first."""

from hornbeam.ops.image.borders import crop_images, pad_images
from hornbeam.ops.image.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from hornbeam.ops.image.coordinates import map_coordinates
from hornbeam.ops.image.filters import gaussian_blur, sobel_edges
from hornbeam.ops.image.patches import extract_patches, extract_patches_3d
from hornbeam.ops.image.resizing import resize
from hornbeam.ops.image.scaling import scale_and_translate
from hornbeam.ops.image.similarity import ssim
from hornbeam.ops.image.warping import affine_transform, elastic_transform, perspective_transform

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
