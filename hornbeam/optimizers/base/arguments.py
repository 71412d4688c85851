"""The arguments that all optimizers share: how a class shows them, and their limits."""

from __future__ import annotations

import inspect
from typing import Any

COMMON = (
    "learning_rate",
    "weight_decay",
    "clipnorm",
    "global_clipnorm",
    "clipvalue",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
    "name",
)


def show_inherited(cls: type) -> None:
    """Let the signature of a constructor with `**kwargs` name what these stand for: the arguments of its base."""
    own = cls.__dict__.get("__init__")
    if own is None:
        return
    parameters = list(inspect.signature(own).parameters.values())
    if not parameters or parameters[-1].kind is not inspect.Parameter.VAR_KEYWORD:
        return
    names = {parameter.name for parameter in parameters}
    above = inspect.signature(cls.__mro__[1].__init__).parameters.values()  # type: ignore[misc]
    passed_on = [p.replace(kind=p.KEYWORD_ONLY) for p in above if p.name not in names and p.kind in _NAMED]
    own.__signature__ = inspect.Signature([*parameters[:-1], *passed_on, parameters[-1]])


_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def check(optimizer: Any) -> None:
    """Raise for values that the common arguments cannot have."""
    clips = {name: getattr(optimizer, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(value is not None for value in clips.values()) > 1:
        received = ", ".join(f"{name}={value}" for name, value in clips.items())
        raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {received}.")
    if optimizer.use_ema and not 0 <= optimizer.ema_momentum <= 1:
        raise ValueError(f"`ema_momentum` must be in [0, 1]. Received: ema_momentum={optimizer.ema_momentum}.")
    for name, least in (("ema_overwrite_frequency", 1), ("gradient_accumulation_steps", 2)):
        value = getattr(optimizer, name)
        if value is not None and (not isinstance(value, int) or value < least):
            raise ValueError(f"`{name}` must be None or an integer of at least {least}. Received: {name}={value!r}.")
