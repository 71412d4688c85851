"""Data made ready: images, texts and sequences as arrays, files in folders and time series as datasets.

Each is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub
from hornbeam.core.renaming.names import old_names_in

__getattr__, __dir__, __all__ = names_of_stub(__name__, old_names_in(__name__))
