"""Normalizations.

A module of Keras 2 had this path: its names are found here, too.
"""

from hornbeam.core.renaming.names import old_names_in

__getattr__ = old_names_in(__name__)
