"""Models: `Sequential`, `Model(inputs, outputs)`, and subclasses of `Model`.

Each name is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
