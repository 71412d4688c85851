"""HDF5 files in the layout of Keras 1, 2, tf.keras and of Keras 3's `.h5`: one group for each layer, by its name.

read_model.py       a whole model: its config, weights, what it was compiled with, the optimizer's state
write_model.py      the same, for Keras 3 to read
attributes.py       lists of names and texts beside groups
layer_weights.py    the weights of a layer in the order of files, and which stored layer is whose
convert_kernels.py  weights as older versions and other backends stored them
optimizer_state.py  the optimizer's variables in the order of each version
changed_defaults.py  what layers were made with by default, which weights do not say
training_config.py  what `compile` was given
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
