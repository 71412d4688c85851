"""Small helpers: seeds, one-hot targets, padded sequences, datasets by batch, registered names.

Each is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub
from hornbeam.core.renaming.names import old_names_in

__getattr__, __dir__, __all__ = names_of_stub(__name__, old_names_in(__name__))
