"""Data made ready: images, texts and sequences as arrays, files in folders and time series as datasets."""

from hornbeam.data.folders.images import image_dataset_from_directory as image_dataset_from_directory
from hornbeam.data.folders.texts import text_dataset_from_directory as text_dataset_from_directory
from hornbeam.data.timeseries import timeseries_dataset_from_array as timeseries_dataset_from_array
from hornbeam.preprocessing import image as image, sequence as sequence, text as text
