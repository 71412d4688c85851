"""`import hornbeam.legacy.as_keras`, and from then on `import keras` and `import tensorflow` mean Hornbeam.

It is for the first line of a program, or the first cell of a notebook; `python -m hornbeam run script.py` does it for a
script as it is.
"""

from hornbeam.legacy import imports, numpy_names

imports.install()
numpy_names.install()
