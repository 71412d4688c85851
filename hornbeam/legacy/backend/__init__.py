"""The functions of Keras 2's `keras.backend`, for old code; today's are in `hornbeam.ops` and `hornbeam.random`.

They take arrays of any kind and symbolic tensors of functional models. Each is imported when somebody first asks for
it; `__init__.pyi` says where it is. `hornbeam.backend` has them all.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
