"""`Operation`: a computation of the user's own, on arrays or as a call in the graph of a functional model."""

from __future__ import annotations

import math
from abc import ABCMeta
from collections.abc import Callable
from typing import Any

from hornbeam.core import naming, symbolic, tree
from hornbeam.core.configurable import Configurable, argument_names, check_named
from hornbeam.core.remat import is_meant, remat
from hornbeam.core.running import running


class Operation(Configurable, metaclass=ABCMeta):  # others are registered
    """Base of computations without weights that define `call`. Layers, and the functions of `ops` in a graph, are some.

    Args:
        name: unique by default.

    >>> import hornbeam
    >>> class Double(hornbeam.Operation):
    ...     def call(self, x):
    ...         return 2 * x
    >>> Double()(hornbeam.Input((3,))).shape
    (None, 3)
    """

    unseen = Configurable.unseen | {"name", "inbound_nodes"}

    def __init__(self, name: str | None = None):
        self.name = naming.check_name(name or naming.auto_name(type(self)), "an operation")
        self.inbound_nodes: list[symbolic.Node] = []
        self._remat = running.remat

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `call`.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if symbolic.is_symbolic(*args, *kwargs.values()):
            return self.symbolic_call(*args, **kwargs)
        return self.rematerialized_call(self.call, *args, **kwargs)(*args, **kwargs)

    def rematerialized_call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """`fn` as the `RematScope` that the operation was made in wants it, for a call on `args` and `kwargs`."""
        size = lambda: sum(math.prod(x.shape) for x in tree.leaves(symbolic.infer(fn, args, kwargs)))  # noqa: E731
        return remat(fn) if is_meant(self._remat, self, size) else fn

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The call on symbolic tensors."""
        return symbolic.record(self, args, kwargs, self.compute_output_spec(*args, **kwargs))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs as symbolic tensors: found by tracing `call`, unless a class says it otherwise."""
        return symbolic.infer(self.call, args, kwargs)

    @property
    def input(self) -> Any:
        """The symbolic input of the first call."""
        node = self._first_node()
        return node.args[0] if node.args else node.inputs[0]

    @property
    def output(self) -> Any:
        """The symbolic output of the first call."""
        return self._first_node().outputs

    def _first_node(self) -> symbolic.Node:
        if not self.inbound_nodes:
            raise AttributeError(f"Operation `{self.name}` has no input or output yet: call it on an `Input` first.")
        return self.inbound_nodes[0]

    def config_arguments(self) -> dict[str, Any]:
        """What the operation was made with, and its name if the constructor takes one."""
        check_named(self)
        return super().config_arguments() | ({"name": self.name} if "name" in argument_names(type(self)) else {})

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


Operation.register(symbolic.Operation)
