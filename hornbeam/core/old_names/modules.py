"""Old modules: of this library, to import from; and of Keras, as its files name them."""

from __future__ import annotations

MODULES = {
    "hornbeam.layers.noise": "hornbeam.layers",
    "hornbeam.optimizers.legacy": "hornbeam.optimizers",
}
IN_FILES = {
    "keras.src.engine.functional": "keras.src.models.functional",
    "keras.src.engine.sequential": "keras.src.models.sequential",
}
