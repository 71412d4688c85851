"""What Keras 2's modules imported for themselves, and scripts took from them: `from keras.layers.core import K`.

Each name is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
