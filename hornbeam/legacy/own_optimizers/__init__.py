"""Optimizers of users' own that were written for the base classes of Keras 2 and of tf.keras.

updates.py     classes that define `get_updates(self, loss, params)`
resources.py   classes that define `_resource_apply_dense(self, grad, var)`
configs.py     what both save of themselves
"""

from __future__ import annotations
