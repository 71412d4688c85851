"""What optimizers of old code save of themselves beside what their own `get_config` adds."""

from __future__ import annotations

import inspect
from typing import Any

from hornbeam.core.variable import Variable
from hornbeam.optimizers import Optimizer
from hornbeam.optimizers.base.arguments import COMMON


def config_arguments(self: Any) -> dict[str, Any]:
    """The arguments of the class's own constructor, and what is set of those that all optimizers share.

    The old base classes gave nothing else, and constructors take nothing else back.
    """
    code = type(self).__init__.__code__  # whose signature names the base class's arguments as well
    own = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    usual = inspect.signature(Optimizer).parameters
    config = Optimizer.config_arguments(self)
    config |= {name: getattr(self, name, value) for name, value in config.items() if name in own}
    kept = {k: v for k, v in config.items() if k not in COMMON or k in own or v != usual[k].default}
    return {k: _plain(v) for k, v in kept.items() if k in own or k not in ("learning_rate", "name", "decay")}


def _plain(value: Any) -> Any:
    return value.numpy().item() if isinstance(value, Variable) and value.shape == () else value
