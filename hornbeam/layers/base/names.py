"""The names that a user's attribute cannot have, since Hornbeam would read or call it in place of its own.

And what is said of one that is not there yet.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from hornbeam.core.variable import Variable

#: Methods that a class may define and Hornbeam calls, where the class has them.
_HOOKS = frozenset(
    """
    __call__ build call compute_mask compute_output_shape compute_output_spec add_weight add_loss get_config
    train_step test_step predict_step compute_loss compute_metrics
    """.split()
)
#: Attributes with a meaning of their own, which are never layers or variables.
_SETTINGS = frozenset(
    "name built autocast dtype_policy supports_masking trainable input_spec activity_regularizer".split()
)
_SETTINGS_OF_MODELS = frozenset("history stop_training stop_evaluating stop_predicting run_eagerly".split())
_INTERNALS = "__hornbeam__"
_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


@functools.lru_cache(1024)
def taken_names(classes: tuple[type, ...]) -> frozenset[str]:
    """The names that mean something already in an object with these classes, itself and its bases: see below."""
    members = {name: member for cls in reversed(classes) for name, member in vars(cls).items()}
    used = {name for name in (*_HOOKS, *_SETTINGS_OF_MODELS) if name in members}
    return _SETTINGS | used | {_INTERNALS} | {name for name, member in members.items() if _is_found_out(member)}


class NotInitializedError(AttributeError, RuntimeError):
    """A layer whose `__init__` has not called that of `Layer`: an attribute is missing, and the program is wrong."""


def not_initialized(owner: Any, name: str) -> NotInitializedError:
    """The error about attribute `name` of such a layer."""
    cls = type(owner).__name__
    return NotInitializedError(
        f"`{cls}` has no attribute `{name}` yet: its `__init__` must begin with `super().__init__()`."
    )


def _is_found_out(member: Any) -> bool:
    return isinstance(member, property) and member.fset is None


def check_attribute(owner: Any, name: str, value: Any) -> None:
    """Raise for an attribute that would stand in the way of one that every layer has; `name` is one of `taken_names`.

    Raises:
        AttributeError: naming the attribute, with the fix.
    """
    if name in _HOOKS:
        if isinstance(value, _FUNCTIONS) or (callable(value) and not holds_state(value)):
            return
        why = "a method that Hornbeam calls"
    elif name in _SETTINGS or name in _SETTINGS_OF_MODELS:
        if not holds_state(value):
            return
        why = f"a setting that every {'layer' if name in _SETTINGS else 'model'} has"
    elif name == _INTERNALS:
        why = "where Hornbeam keeps what it knows about a layer"
    else:
        why = "found out by Hornbeam whenever it is asked for"
    raise AttributeError(
        f"`{name}` of `{type(owner).__name__}` is {why}: give your attribute another name. Received: {value!r:.100}."
    )


def holds_state(value: Any) -> bool:
    """Whether a value is a layer or a variable, or a list, tuple, set or dict with one in it."""
    if isinstance(value, list | tuple | set | frozenset):
        return any(holds_state(item) for item in value)
    if isinstance(value, dict):
        return any(holds_state(item) for item in value.values())
    return isinstance(value, Variable) or isinstance(getattr(value, "variables", None), list)
