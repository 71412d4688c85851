"""HDF5 files in the layout of Keras 1, 2, tf.keras and of Keras 3's `.h5`; see `__init__.py`."""

from hornbeam.saving.h5 import read_model as read_model, write_model as write_model
