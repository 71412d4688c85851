"""`CallbackList`: calls the hooks of all callbacks, and knows which hooks anyone listens to."""

from __future__ import annotations

import difflib
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hornbeam.callbacks.base import ENDS, HOOKS, Callback, Logs, as_floats, hook_of
from hornbeam.callbacks.history import History
from hornbeam.callbacks.progbar_logger import ProgbarLogger
from hornbeam.core.renaming.notice import warn_caller


class CallbackList:
    """The callbacks of one run.

    Args:
        callbacks: callbacks, one callback, another `CallbackList`, or `None`. Anything with some of the hooks will do,
            also callbacks written for real Keras.
        model: handed to each callback that has `set_model`.
        history: whether a `History` is added, last, if there is none among the callbacks.
        add_history: the same, under the name that Keras gives it.
        add_progbar: whether a `ProgbarLogger` is added. The loops of Hornbeam draw their progress without one.
        **params: what is known about the run (`verbose`, `epochs`, `steps`, ...), handed to each `set_params`.

    Every hook takes the `logs` as a dictionary of numbers (Python's, NumPy's or the engine's), as `None`, or as a
    function without arguments that gives the dictionary: it is called only if somebody listens. The callbacks get one
    dictionary of Python floats, and the hook returns it, with the changes they made to it.

    Raises:
        TypeError: for an object without any hook.
    """

    def __init__(
        self,
        callbacks: Any = None,
        model: Any = None,
        *,
        history: bool = True,
        add_history: bool | None = None,
        add_progbar: bool = False,
        **params: Any,
    ):
        self.callbacks: list[Any] = [_checked(callback) for callback in _as_list(callbacks)]
        self.params = params
        self.model = model
        if add_progbar:
            self.callbacks.insert(0, ProgbarLogger())
        if (history if add_history is None else add_history) and self.history is None:
            self.callbacks.append(History())
        self._find_hooks()
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    @property
    def history(self) -> Any:
        """The `History` among the callbacks, or `None`."""
        return next((callback for callback in self.callbacks if isinstance(callback, History)), None)

    @property
    def watches_train_batches(self) -> bool:
        """Whether some callback listens to single batches of training."""
        return self._watches("train")

    @property
    def watches_test_batches(self) -> bool:
        """Whether some callback listens to single batches of evaluations."""
        return self._watches("test")

    @property
    def watches_predict_batches(self) -> bool:
        """Whether some callback listens to single batches of predictions."""
        return self._watches("predict")

    @property
    def watches_epochs(self) -> bool:
        """Whether some callback has to be called before or after each single epoch."""
        hooks = [*self._hooks["on_epoch_begin"], *self._hooks["on_epoch_end"]]
        return not all(getattr(hook, "is_told_later", False) for hook in hooks)

    def first_epoch(self, epoch: int) -> int:
        """The epoch to begin with: `epoch`, or a later one that a callback has restored the state of."""
        return max(epoch, *(getattr(callback, "first_epoch", None) or 0 for callback in self.callbacks), 0)

    @property
    def keepers(self) -> list[Any]:
        """The callbacks that write the run down; their hooks come after those of all others."""
        return [callback for callback in self.callbacks if _keeps(callback)]

    def append(self, callback: Any) -> None:
        """Add a callback."""
        self.callbacks.append(_checked(callback))
        self._find_hooks()

    def set_params(self, params: Logs) -> None:
        self.params = params
        for callback in self.callbacks:
            getattr(callback, "set_params", _ignore)(params)

    def set_model(self, model: Any) -> None:
        self.model = model
        for callback in self.callbacks:
            getattr(callback, "set_model", _ignore)(model)
        if self.history is not None:
            model.history = self.history

    def on_train_begin(self, logs: Any = None) -> Logs:
        return self._call("on_train_begin", logs)

    def on_train_end(self, logs: Any = None) -> Logs:
        """Runs the hook of every callback, and then raises the first error that one of them raised."""
        return self._call("on_train_end", logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> Logs:
        return self._call("on_epoch_begin", logs, epoch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> Logs:
        return self._call("on_epoch_end", logs, epoch)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_train_batch_begin", logs, batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_train_batch_end", logs, batch)

    def on_batch_begin(self, batch: int, logs: Any = None) -> Logs:
        return self.on_train_batch_begin(batch, logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> Logs:
        return self.on_train_batch_end(batch, logs)

    def on_test_begin(self, logs: Any = None) -> Logs:
        return self._call("on_test_begin", logs)

    def on_test_end(self, logs: Any = None) -> Logs:
        return self._call("on_test_end", logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_test_batch_begin", logs, batch)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_test_batch_end", logs, batch)

    def on_predict_begin(self, logs: Any = None) -> Logs:
        return self._call("on_predict_begin", logs)

    def on_predict_end(self, logs: Any = None) -> Logs:
        return self._call("on_predict_end", logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_predict_batch_begin", logs, batch)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> Logs:
        return self._call("on_predict_batch_end", logs, batch)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def __len__(self) -> int:
        return len(self.callbacks)

    def _find_hooks(self) -> None:
        in_order = sorted(self.callbacks, key=_place)
        found = {name: [hook_of(callback, name) for callback in in_order] for name in HOOKS}
        self._hooks = {name: [hook for hook in hooks if hook is not None] for name, hooks in found.items()}

    def _watches(self, kind: str) -> bool:
        return bool(self._hooks[f"on_{kind}_batch_begin"] or self._hooks[f"on_{kind}_batch_end"])

    def _call(self, name: str, logs: Any, *position: int) -> Logs:
        hooks = self._hooks[name]
        if not hooks:
            return logs if isinstance(logs, dict) else {}
        logs = as_floats(logs)
        if name in ENDS:
            _call_all(hooks, logs)
        else:
            for hook in hooks:
                hook(*position, logs)
        return logs


def _call_all(hooks: list[Callable[..., None]], logs: Logs) -> None:
    errors = []
    for hook in hooks:
        try:
            hook(logs)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]


def _as_list(callbacks: Any) -> list[Any]:
    if callbacks is None:
        return []
    if isinstance(callbacks, CallbackList):
        return list(callbacks.callbacks)
    if isinstance(callbacks, list | tuple):
        return [callback for item in callbacks if item is not None for callback in _as_list(item)]
    return [callbacks]


@functools.cache
def _tell_of_misspelt_hooks(cls: Any) -> None:
    """Warn of methods that nothing calls, and that are named nearly as a hook is."""
    for name in dir(cls):
        if name.startswith("on_") and name not in HOOKS and not hasattr(Callback, name) and name in vars(cls):
            close = difflib.get_close_matches(name, HOOKS, n=1, cutoff=0.85)
            if close:
                warn_caller(f"`{name}` of `{cls.__name__}` is never called: did you mean `{close[0]}`?")


@functools.cache
def _check_arguments(cls: Any) -> None:
    """Raise for a hook that cannot be called as hooks are, before an epoch is trained in vain."""
    for name in HOOKS:
        hook = inspect.getattr_static(cls, name, None)
        place = "batch" if "batch" in name else "epoch" if "epoch" in name else None
        wanted = ("self", *([place] if place else []), "logs")
        if inspect.isfunction(hook) and not _takes(hook, wanted):
            raise TypeError(
                f"`{name}` of `{cls.__name__}` must have the arguments ({', '.join(wanted)}). "
                f"Received: {inspect.signature(hook)}."
            )


def _takes(hook: Callable[..., Any], arguments: tuple[str, ...]) -> bool:
    try:
        inspect.signature(hook).bind(*arguments)
    except TypeError:
        return False
    return True


def _checked(callback: Any) -> Any:
    expected = "`callbacks` must be a list of objects with hooks such as `on_epoch_end`"
    if inspect.isclass(callback):
        name = callback.__name__
        raise TypeError(f"{expected}. Received: the class {name}; make an object of it: {name}(...).")
    if isinstance(callback, Mapping) or not any(callable(getattr(callback, name, None)) for name in HOOKS):
        raise TypeError(f"{expected}. Received: {callback!r}, which has none.")
    _tell_of_misspelt_hooks(type(callback))  # type: ignore[arg-type]
    _check_arguments(type(callback))  # type: ignore[arg-type]
    return callback


def _keeps(callback: Any) -> bool:
    return getattr(callback, "keeps_runs", False) is True


def _place(callback: Any) -> int:
    """Of hooks: first those of most callbacks, then who looks at what they have done, then who writes it down."""
    return 2 if _keeps(callback) else int(getattr(callback, "looks_last", False) is True)


def _ignore(_: Any) -> None:
    return None
