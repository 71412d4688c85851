"""Images: files, arrays, random changes; `ImageDataGenerator` and its iterators."""

from hornbeam.preprocessing.image.affine import apply_affine_transform as apply_affine_transform
from hornbeam.preprocessing.image.arrays import (
    array_to_img as array_to_img,
    img_to_array as img_to_array,
    smart_resize as smart_resize,
)
from hornbeam.preprocessing.image.brightness import (
    apply_brightness_shift as apply_brightness_shift,
    apply_channel_shift as apply_channel_shift,
)
from hornbeam.preprocessing.image.changes import (
    random_brightness as random_brightness,
    random_channel_shift as random_channel_shift,
    random_rotation as random_rotation,
    random_shear as random_shear,
    random_shift as random_shift,
    random_zoom as random_zoom,
)
from hornbeam.preprocessing.image.files import load_img as load_img, save_img as save_img
from hornbeam.preprocessing.image.from_arrays import NumpyArrayIterator as NumpyArrayIterator
from hornbeam.preprocessing.image.from_dataframe import DataFrameIterator as DataFrameIterator
from hornbeam.preprocessing.image.from_directory import DirectoryIterator as DirectoryIterator
from hornbeam.preprocessing.image.generator import ImageDataGenerator as ImageDataGenerator
from hornbeam.preprocessing.image.iterator import Iterator as Iterator
