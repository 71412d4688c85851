"""Losses: what training minimises. `__init__.pyi` says where each is."""

from hornbeam.core.lazy import names_of_stub
from hornbeam.core.renaming.names import old_names_in

__getattr__, __dir__, __all__ = names_of_stub(__name__, old_names_in(__name__))
