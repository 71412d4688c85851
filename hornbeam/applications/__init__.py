"""Architectures for images, with the weights that Keras publishes. `__init__.pyi` says where each is."""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
