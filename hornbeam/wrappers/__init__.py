"""scikit-learn estimators around models: `KerasClassifier`, `KerasRegressor`, and Keras 3's `SKLearn...`.

They need scikit-learn, `pip install hornbeam[sklearn]`, which is imported when somebody first asks for one of them.
`docs/scikit_learn.md` shows how they are used.
"""

import importlib.util

from hornbeam.core.lazy import names_of_stub

_named, __dir__, __all__ = names_of_stub(__name__)


def __getattr__(name: str) -> object:
    if name in __all__ and importlib.util.find_spec("sklearn") is None:
        raise ImportError(f"`{name}` needs the package `scikit-learn`: `pip install hornbeam[sklearn]`.")
    return _named(name)
