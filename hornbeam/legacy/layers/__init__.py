"""Layers of Keras 1 and 2 that today's `layers` do not have.

Each is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
