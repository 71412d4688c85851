"""Searches for good hyperparameters, in which candidates of one structure compile once; curves and comparisons.

Each is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
