"""`Callback`: what can be called at the beginning and end of a run, an epoch or a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.state import plain_attributes
from hornbeam.core import serialization
from hornbeam.core.configurable import check_keywords
from hornbeam.core.renaming import arguments as old_arguments
from hornbeam.core.renaming.members import install_members
from hornbeam.core.renaming.results import Results

Logs = dict[str, Any]


class Callback:
    """Base of callbacks: override the hooks you need and pass the object in `callbacks=[...]`.

    Every hook gets `logs`, a dictionary of numbers by name, as Python floats; a metric of several numbers, such as one
    for each class, is a NumPy array. It answers to names of other versions of Keras, too: `acc` for `accuracy`.
    `on_epoch_end` may change it: what is in it afterwards is what the history remembers. Hooks of single batches make
    the loop stop after every batch; a callback without them costs nothing per batch.

    Attributes:
        model: the model that runs. Set `self.model.stop_training = True` to stop after the current batch or epoch.
        params: what is known about the run: `verbose`, `epochs`, `steps`.

    >>> from hornbeam.callbacks import Callback
    >>> class Tell(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(epoch, logs)
    >>> Tell().on_epoch_end(0, {"loss": 0.5})
    0 {'loss': 0.5}
    """

    api_module = "keras.callbacks"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if serialization.is_builtin(cls):
            old_arguments.install(cls)

    def __new__(cls, *_: Any, **kwargs: Any) -> Any:
        check_keywords(cls, kwargs)
        return super().__new__(cls)

    params: Logs | None = None
    run_data: Any = None
    _model: Any = None

    @property
    def model(self) -> Any:
        """The model that runs, or `None` before the first run."""
        return self._model

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model

    def set_model(self, model: Any) -> None:
        """Called once before a run."""
        self._model = model

    def set_params(self, params: Logs) -> None:
        """Called once before a run."""
        self.params = params

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, also when an error or an interrupt ended the run; `logs` are the last epoch's."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch and its validation, whose numbers are named `val_...`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of training; `on_batch_begin` is another name for it."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of training, with the epoch's numbers so far; `on_batch_end` is another name for it."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of training."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of training."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before an evaluation, also one inside `fit`."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """After an evaluation, with its numbers."""

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of an evaluation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of an evaluation."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Before a prediction."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """After a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of a prediction."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of a prediction; `logs["outputs"]` holds it."""

    def state_dict(self) -> Logs:
        """What this callback has found out so far, as plain data, for a run that is gone on with in another process.

        By default: the attributes that are numbers, text, NumPy arrays, or lists and dictionaries of those.
        """
        return plain_attributes(self)

    def load_state_dict(self, state: Logs) -> None:
        """Go on from what `state_dict` gave; called when a run goes on, after `on_train_begin`."""
        vars(self).update(state)

    def __getstate__(self) -> Logs:
        """A copy knows its settings and its state, not the model."""
        return {name: value for name, value in vars(self).items() if name != "_model"}


install_members(Callback)


_LIBRARIES = ("hornbeam", "keras", "tf_keras")

Hook = TypeVar("Hook", bound=Callable[..., Any])


def told_later(hook: Hook) -> Hook:
    """Mark a hook of epochs that may be called for several of them once all have run; one that overrides it may not."""
    hook.is_told_later = True  # type: ignore[attr-defined]
    return hook


ENDS = ("on_train_end", "on_test_end", "on_predict_end")
HOOKS = (
    *("on_train_begin", "on_test_begin", "on_predict_begin", *ENDS, "on_epoch_begin", "on_epoch_end"),
    *("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end"),
    *("on_test_batch_begin", "on_test_batch_end", "on_predict_batch_begin", "on_predict_batch_end"),
)
ALIASES = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


def hook_of(callback: Any, name: str) -> Any:
    """The callback's own method `name`; `None` where it has none, or only the one that its base class does nothing in.

    Callbacks written for real Keras count too: the base class's methods are known by their qualified names.
    """
    if not _implements(callback, name):
        return None
    method = _own(callback, name)
    return method if method is not None or name not in ALIASES else _own(callback, ALIASES[name])


def _own(callback: Any, name: str) -> Any:
    method = getattr(callback, name, None)
    return method if callable(method) and not _does_nothing(getattr(method, "__func__", method)) else None


def _does_nothing(function: Any) -> bool:
    """Whether this is a method of a library's own class `Callback`."""
    package = (getattr(function, "__module__", None) or "").split(".")[0]
    return getattr(function, "__qualname__", "").startswith("Callback.") and package in _LIBRARIES


def _implements(callback: Any, name: str) -> bool:
    """A callback may say itself that its hooks of batches have nothing to do, as those of tf.keras could."""
    kind = name.split("_")[1]
    says = getattr(callback, f"_implements_{kind}_batch_hooks", None) if "_batch_" in name else None
    return bool(says()) if callable(says) else True


def as_floats(logs: Any) -> Results:
    """`logs` as new `Results`: what holds one number is a Python float, several are a NumPy array.

    The outputs of a prediction stay as they are: an output of one number is an array, too.
    """
    logs = logs() if callable(logs) else logs
    return Results((name, value if name == "outputs" else _on_host(value)) for name, value in (logs or {}).items())


def _on_host(value: Any) -> Any:
    if type(value) is float or value is None or isinstance(value, str | list | tuple | dict):
        return value
    if hasattr(value, "shape") and not isinstance(value, np.ndarray | np.generic) and engine.is_tensor(value):
        value = engine.to_numpy(value)
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    return float(value) if getattr(value, "shape", ()) == () and hasattr(value, "__float__") else value
