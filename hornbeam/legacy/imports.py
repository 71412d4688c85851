"""`keras` and `tensorflow`, imported by code that was written for them, are Hornbeam's modules.

Nothing of an installed Keras or TensorFlow is imported: a path that Hornbeam has nothing for is an `ImportError`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

from hornbeam import backend, engine
from hornbeam.callbacks.monitor import MonitorCallback
from hornbeam.core import data_shape, stored_code
from hornbeam.core.renaming.modules import IMPORTED, PACKAGE, OldModules, homes_today
from hornbeam.core.staying import stay_everywhere
from hornbeam.data.pipeline.element import as_element
from hornbeam.layers.core.input_layer import InputLayer
from hornbeam.layers.preprocessing.host_layer import HostLayer
from hornbeam.layers.rnn.listed_inputs import ListedInputs
from hornbeam.training import steps_of_backends

# Packages that are all of Keras, the longest paths first, and folders in them that are.
_KERAS = (
    *(
        "tensorflow.python.keras",
        "tensorflow.contrib.keras",
        "tensorflow.compat.v1.keras",
        "tensorflow.compat.v2.keras",
    ),
    *("tensorflow.keras", "tf_keras", "keras_core", "keras"),
)
_IN_KERAS = ("src.", "api._v2.keras.", "api.", "_tf_keras.keras.", "python.")
_IN_TENSORFLOW = (".compat.v1", ".compat.v2", ".python.client")
_KERAS_ITSELF = f"{PACKAGE}.legacy.keras"
_TENSORFLOW = f"{PACKAGE}.legacy.tensorflow"
# Folders of TensorFlow's own modules; and modules in them, with the public module that has their names beside `tf`.
_OWN_FOLDERS = ("eager", "framework", "ops", "platform", "training", "util")
_OWN = """
    array_ops backprop check_ops:debugging clip_ops constant_op context control_flow_ops def_function dtypes gfile:io
    gradients_impl image_ops:image init_ops linalg_ops:linalg math_ops:math gen_math_ops:math nn:nn nn_ops:nn ops
    random_ops:random resource_variable_ops smart_cond state_ops string_ops:strings tensor_shape tensor_spec tensor_util
    tf_logging:logging training_ops variables
""".split()
_PACKAGES = ("keras", "tensorflow", "tf_keras", "keras_core")
# Backends of Keras that a script may ask for, where an engine stands in.
_OTHER_BACKENDS = ("tensorflow", "theano", "cntk", "openvino")
# Packages beside Keras that had some of its modules.
_BESIDE = {"keras_preprocessing": "preprocessing", "keras_applications": "applications"}


def homes_of(path: str) -> tuple[str, ...] | None:
    """The modules that have the names of a module of Keras or TensorFlow; `None` where there are none."""
    below = _below_keras(path)
    if below is not None:
        return _homes_in_keras(below) if below else (_KERAS_ITSELF, PACKAGE)
    if path.partition(".")[0] != "tensorflow":
        return None
    if any(package.startswith(f"{path}.") for package in _KERAS):  # above the package of Keras
        return (_TENSORFLOW,)
    below = path.removeprefix("tensorflow")
    if path.startswith("tensorflow.python.") and path.split(".")[2] in _OWN_FOLDERS:
        return _homes_of_own(path)
    for folder in _IN_TENSORFLOW:
        below = below.removeprefix(folder)
    return _existing(_TENSORFLOW + below)


def _homes_of_six(path: str) -> tuple[str, ...] | None:
    """What stands in for `six`, which Keras 2 needed."""
    if path in ("six", "six.moves"):
        return (f"{PACKAGE}.legacy.{path}",)
    below = path.removeprefix("six.moves.")
    return None if below == path else {"cPickle": ("pickle",)}.get(below) or _existing(below)


def _homes_of_own(path: str) -> tuple[str, ...] | None:
    """Where the names of `tensorflow.python.ops.math_ops` and others like it are."""
    name = path.split(".")[-1]
    if name in _OWN_FOLDERS and path.count(".") == 2:
        return (_TENSORFLOW,)
    public = dict(one.partition(":")[::2] for one in _OWN).get(name)
    if public is None:
        return None
    return (f"{_TENSORFLOW}.{public}", _TENSORFLOW) if public else (_TENSORFLOW,)


def _below_keras(path: str) -> str | None:
    """The path below the package of Keras that it begins with."""
    for beside, inside in _BESIDE.items():
        if path == beside or path.startswith(f"{beside}."):
            path = path.replace(beside, f"keras.{inside}", 1)
    package = next((p for p in _KERAS if path == p or path.startswith(f"{p}.")), None)
    if package is None:
        return None
    below = f"{path.removeprefix(package).removeprefix('.')}."
    for folder in _IN_KERAS:
        below = below.removeprefix(folder)
    return below.removesuffix(".")


def _homes_in_keras(below: str) -> tuple[str, ...] | None:
    path = f"{PACKAGE}.{below}"
    old = homes_today(path) or ()
    if old and ("." in below or below == "engine"):  # which in Hornbeam are other things, where they exist
        return old
    is_public = below.partition(".")[0] in importlib.import_module(PACKAGE).__all__
    homes = (*(_existing(path) or () if is_public else ()), *old)
    return (*homes, f"{PACKAGE}.{IMPORTED}") if homes else None


def _existing(path: str) -> tuple[str, ...] | None:
    try:
        return (path,) if importlib.util.find_spec(path) is not None else None
    except ModuleNotFoundError:  # of the module above it
        return None


class _Refusing(MetaPathFinder):
    """Says of what Hornbeam has nothing for that it has not, in the place of an installed package that has it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        package = fullname.partition(".")[0]
        if package in (*_PACKAGES, *_BESIDE):
            raise ModuleNotFoundError(_refusal(fullname, package), name=fullname)
        return None


def _refusal(path: str, package: str) -> str:
    if package == "tensorflow":
        instead = "It has Keras and what scripts use around it: see `hornbeam.legacy.tensorflow`"
    else:
        names = importlib.import_module(PACKAGE).__all__
        known = [f"`{name}`" for name in names if name.islower() and _existing(f"{PACKAGE}.{name}")]
        instead = f"Modules of `keras` are {', '.join(known)}"
    return f"Hornbeam stands in for `{package}` here, and has no module `{path}`. {instead}."


def _teach_arrays(name: str) -> None:
    importlib.import_module(f"{PACKAGE}.legacy.numpy_functions").teach(name)


def install() -> None:
    """Let `import keras` and `import tensorflow` mean Hornbeam in this process from now on.

    Raises:
        ImportError: when one of them has been imported already.
    """
    if any(isinstance(finder, _Refusing) for finder in sys.meta_path):
        return
    already = [name for name in _PACKAGES if name in sys.modules]
    if already:
        raise ImportError(
            f"`hornbeam.legacy.as_keras` must be imported before {' and '.join(f'`{name}`' for name in already)}, "
            f"which this process has imported already. Start Python, or the notebook's kernel, anew."
        )
    stay_everywhere()
    MonitorCallback.is_strict = False
    backend.name_for_old_code = "tensorflow"  # the only one that it could do all with
    steps_of_backends.has_tuples = lambda: backend.backend() == "tensorflow"
    InputLayer.takes_one_size = data_shape.other_ranks_fit = True
    stored_code.remembered = {}
    ListedInputs.gives = list
    HostLayer.gives = staticmethod(as_element)
    engine.passed_over.update(_OTHER_BACKENDS)
    engine.after_loading.append(_teach_arrays)
    for name in engine.loaded():
        _teach_arrays(name)
    sys.meta_path[:0] = [OldModules(homes_of), _Refusing()]
    sys.meta_path.append(OldModules(_homes_of_six))  # asked where none is installed
