"""The doctor: what is wrong with a model and its training, where, and what to do.

Imported when somebody first asks for it; `__init__.pyi` says where each name is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
