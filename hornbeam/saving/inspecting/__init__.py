"""What a file of a model holds, read under the same rules as everything else and without making anything of it.

parts.py         the config, the weights and what else is in a file of any kind
stored_arrays.py the arrays in an HDF5 file: names, shapes, dtypes
architecture.py  a config as rows of a table
refusals.py      what in a config is refused when the model is read, and what is to be done
contents.py      all of that, as text and as HTML
"""

from hornbeam.saving.inspecting.contents import Contents, inspect

__all__ = ["Contents", "inspect"]
