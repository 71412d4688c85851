"""What scripts written for Keras use of TensorFlow, on Hornbeam's own arrays."""

__version__ = "2.20.0"  # whose Keras is of the API's version, for scripts that ask
