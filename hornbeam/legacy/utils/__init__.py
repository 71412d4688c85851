"""What Keras 2's `utils` have and today's have not: `hornbeam.core.old_names.modules` says which of its modules.

Each is imported when somebody first asks for it; `__init__.pyi` says where it is.
"""

from hornbeam.core.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__)
