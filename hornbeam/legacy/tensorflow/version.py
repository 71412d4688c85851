"""`tf.version`."""

from __future__ import annotations

from hornbeam.legacy.tensorflow import __version__

VERSION = __version__
