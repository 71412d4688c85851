"""`hornbeam.ops`: Keras's functions of arrays, each written once over the engine's primitives.

Every function takes arrays of any kind (lists, NumPy arrays, variables) and symbolic tensors of functional models.
The public names are the `__all__` of the modules below. `image`, `linalg`, `nn` and `numpy` are public themselves.
"""

import importlib
from typing import TYPE_CHECKING

from hornbeam.ops import arrays, control, linalg, math, nn, operators, signal
from hornbeam.ops.arrays import *  # noqa: F403
from hornbeam.ops.control import *  # noqa: F403
from hornbeam.ops.linalg import *  # noqa: F403
from hornbeam.ops.math import *  # noqa: F403
from hornbeam.ops.nn import *  # noqa: F403
from hornbeam.ops.signal import *  # noqa: F403

__all__ = [
    "image",
    "linalg",
    "nn",
    "numpy",
    *arrays.__all__,
    *math.__all__,
    *linalg.__all__,
    *nn.__all__,
    *signal.__all__,
    *control.__all__,
]

operators.install()

if TYPE_CHECKING:
    from hornbeam.ops import image, numpy
else:

    def __getattr__(name):
        """What few programs use is imported when somebody asks for it."""
        if name not in ("image", "numpy"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return importlib.import_module(f"{__name__}.{name}")
