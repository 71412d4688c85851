"""`tf.Session` and what stood around it: it computes tensors of a graph, as `K.function` does."""

from __future__ import annotations

import contextlib
from typing import Any

from hornbeam.core.symbolic import SymbolicTensor
from hornbeam.core.variable import Variable
from hornbeam.legacy.backend import functions
from hornbeam.legacy.backend.variables import get_value
from hornbeam.legacy.tensorflow.iterators import Initializer, forget, taken_for

__all__ = [
    "ConfigProto", "GPUOptions", "Graph", "InteractiveSession", "Session", "get_default_graph", "get_default_session",
    "global_variables_initializer", "initialize_all_variables", "local_variables_initializer", "placeholder",
    "reset_default_graph", "tables_initializer",
]  # fmt: skip


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SymbolicTensor:
    """An input of the graph, for `feed_dict`."""
    return functions.placeholder(shape, dtype=str(dtype), name=None if name is None else name.replace("/", "_"))


class ConfigProto:
    """Settings of devices, which have no effect: the engine takes memory and threads as it needs them."""

    def __init__(self, **settings: Any):
        vars(self).update(settings)

    def __getattr__(self, name: str) -> ConfigProto:
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, ConfigProto())
        return vars(self)[name]


GPUOptions = ConfigProto


class Graph:
    """There is one graph, that of all symbolic tensors."""

    def as_default(self) -> contextlib.AbstractContextManager[Graph]:
        """What is made inside is made as everywhere else."""
        return contextlib.nullcontext(self)

    def finalize(self) -> None:
        """Nothing: graphs of models do not change."""


class Session:
    """Gives values of a graph's tensors.

    Args:
        target, graph, config: settings, which have no effect.

    >>> import hornbeam
    >>> x = hornbeam.Input((2,))
    >>> Session().run(2 * x, feed_dict={x: [[1.0, 2.0]]}).tolist()
    [[2.0, 4.0]]
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None):
        self.graph = graph or Graph()

    def run(self, fetches: Any, feed_dict: dict[Any, Any] | None = None, **options: Any) -> Any:
        """The values of tensors and variables; of what initializes, nothing.

        Raises:
            ValueError: for tensors of a graph without values for the inputs that they depend on.
        """
        given = feed_dict or {}
        return self._found(fetches, {**given, **taken_for(_tensors_in(fetches), given)})

    def _found(self, fetches: Any, given: dict[Any, Any]) -> Any:
        if isinstance(fetches, Initializer):  # before lists: it is a tuple
            return fetches.run()
        if isinstance(fetches, dict):
            return {key: self._found(fetch, given) for key, fetch in fetches.items()}
        if isinstance(fetches, list | tuple) and not isinstance(fetches, functions.Update):
            return [self._found(fetch, given) for fetch in fetches]
        if isinstance(fetches, Variable):
            return get_value(fetches)
        if isinstance(fetches, functions.Update):  # of an optimizer's `minimize`
            return functions.function(list(given), [], [fetches])(list(given.values())) and None
        if not isinstance(fetches, SymbolicTensor):
            return fetches
        if not given:
            raise ValueError(
                f"`Session.run` needs the values of the graph's inputs: `feed_dict={{x: ...}}`. Received: {fetches} "
                "alone."
            )
        return functions.function(list(given), fetches)(list(given.values()))

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def as_default(self) -> Session:
        """The session itself, for `with`."""
        return self

    def close(self) -> None:
        """Nothing is open."""


InteractiveSession = Session


def _tensors_in(fetches: Any) -> list[Any]:
    if isinstance(fetches, Initializer):
        return []
    if isinstance(fetches, functions.Update):
        return fetches.values
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    return [x for each in fetches for x in _tensors_in(each)] if isinstance(fetches, list | tuple) else [fetches]


def get_default_session() -> Session:
    """A session: one is as good as another."""
    return Session()


def get_default_graph() -> Graph:
    """The graph."""
    return Graph()


def reset_default_graph() -> None:
    """Models hold the parts of the graph that they need; the iterators of datasets are forgotten."""
    forget()


def global_variables_initializer() -> None:
    """Nothing: variables have their values from the start."""


initialize_all_variables = local_variables_initializer = tables_initializer = global_variables_initializer
