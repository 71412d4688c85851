"""Models and weights in files.

A file can hold numbers and the names of known classes. It cannot run code: a class or function of your own is found in
what you registered or pass as `custom_objects`, never by importing what a file names.

What reads and writes files is imported when somebody does that; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
