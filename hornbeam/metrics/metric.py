"""`Metric`: a number about many batches, gathered in variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from hornbeam import engine, initializers
from hornbeam.core import dtypes, naming, policies, serialization, tensor_metadata
from hornbeam.core.configurable import Configurable, Internals
from hornbeam.core.declarations import forget_inherited
from hornbeam.core.lift import lift
from hornbeam.core.variable import Variable
from hornbeam.ops.dispatch import as_array, is_inexact

_ORDER = ("shape", "initializer", "dtype", "name")


class MetricInternals(Internals):
    """The state of `metric.__hornbeam__`.

    Attributes:
        members: the variables that the metric made, in their order, whether or not an attribute holds them.
    """

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.members: list[Variable] = []


class Metric(Configurable):
    """Base of all metrics: `update_state` adds a batch, `result` is the number so far, `reset_state` starts anew.

    Args:
        dtype: of the state; `floatx()` by default.
        name: made from the class name by default.

    >>> import hornbeam
    >>> class Largest(hornbeam.metrics.Metric):
    ...     def __init__(self, name="largest", **kwargs):
    ...         super().__init__(name=name, **kwargs)
    ...         self.most = self.add_variable((), "zeros", name="most")
    ...
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.most.assign(hornbeam.ops.maximum(self.most, hornbeam.ops.max(y_pred)))
    ...
    ...     def result(self):
    ...         return self.most.value
    >>> metric = Largest()
    >>> float(metric([0.0], [3.0])), float(metric([0.0], [2.0]))
    (3.0, 3.0)
    """

    api_module = "keras.metrics"
    unseen_in_builtins = ("name",)
    internals_class = MetricInternals
    __hornbeam__: MetricInternals
    name: str
    dtype: str
    is_metric = True
    #: Whether a row of weight 0 leaves no trace in the state, so that padded rows may be passed with that weight.
    #: Hornbeam's own metrics do unless they say otherwise; a user's own, with an `update_state`, may say so.
    row_independent: Any = False
    #: How it finds whether an output is right, and what outputs it takes: see `metrics/definition.py`.
    compares: Any = None
    outputs: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        unknown = {"compares": None, "outputs": None}
        forget_inherited(cls, ("update_state",), {"row_independent": serialization.is_builtin(cls)} | unknown)

    def __init__(self, dtype: Any = None, name: str | None = None):
        self.__hornbeam__.serial = None if name else naming.serial()
        self.store({"name": name or naming.auto_name(type(self)), "dtype": dtype})

    def resolve(self, name: str, value: Any) -> Any:
        return policies.get(value or dtypes.floatx()).compute_dtype if name == "dtype" else value

    def add_variable(
        self,
        shape: Any = (),
        initializer: Any = None,
        dtype: Any = None,
        aggregation: str | None = "sum",
        name: str | None = None,
    ) -> Variable:
        """A new variable of the state; zeros by default."""
        with naming.scope(self.name):
            variable = Variable(
                initializers.get("zeros" if initializer is None else initializer),
                tuple(shape or ()),
                dtype or self.dtype,
                trainable=False,
                aggregation=aggregation,
                name=name or "variable",
            )
        self.__hornbeam__.members.append(variable)
        return variable

    def add_weight(
        self,
        *args: Any,
        shape: Any = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """`add_variable`, with arguments by place in the order (shape, initializer, dtype, name), or the name first."""
        order = ("name", "shape", "initializer", "dtype") if isinstance(args[0] if args else None, str) else _ORDER
        given = {"shape": shape, "initializer": initializer, "dtype": dtype, "name": name}
        given |= dict(zip(order, args, strict=False))
        kwargs.pop("synchronization", None)
        return self.add_variable(**given, **kwargs)

    @property
    def variables(self) -> list[Variable]:
        """The state: the variables that the metric made, and those and the metrics among the attributes."""
        found: dict[int, Variable] = {}
        for value in (self.__hornbeam__.members, *vars(self).values()):
            if isinstance(value, Variable):
                found[id(value)] = value
            elif isinstance(value, Metric | list | tuple | dict):
                found |= {id(variable): variable for variable in _find_variables(value)}
        return list(found.values())

    @property
    def weights(self) -> list[Variable]:
        return self.variables

    def build(self, y_true_shape: Any, y_pred_shape: Any) -> None:
        """Make the variables whose shapes depend on the data, once; nothing for most metrics."""

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch to the state."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `update_state`.")

    def result(self) -> Any:
        """The number so far: a scalar, or a dictionary of them."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `result`.")

    def reset_state(self) -> None:
        """Set the state to zeros."""
        for variable in self.variables:
            variable.hold(np.zeros(variable.shape, dtypes.numpy_dtype(variable.dtype)))

    def reset_states(self) -> None:
        """The same as `reset_state`."""
        self.reset_state()

    def stateless_update_state(self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The values of `variables` after a batch, when they were `metric_variables` before; assigns nothing.

        >>> import hornbeam
        >>> metric = hornbeam.metrics.Mean()
        >>> values = metric.stateless_update_state(metric.stateless_reset_state(), [1.0, 3.0])
        >>> float(metric.stateless_result(values)), float(metric.result())
        (2.0, 0.0)
        """
        return self._stateless(self.update_state, metric_variables)(*args, **kwargs)[1]

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result when `variables` have the values `metric_variables`."""
        return self._stateless(self.result, metric_variables)()[0]

    def stateless_reset_state(self) -> list[Any]:
        """The values of `variables` before the first batch."""
        return self._stateless(self.reset_state, [v.value for v in self.variables])()[1]

    def _stateless(self, fn: Callable[..., Any], values: Sequence[Any]) -> Callable[..., tuple[Any, list[Any]]]:
        variables = self.variables
        if len(values) != len(variables):
            raise ValueError(
                f"`metric_variables` of `{self.name}` must hold a value for each of its {len(variables)} variables. "
                f"Received: {len(values)}. A metric that makes them with its first batch needs `build` before."
            )
        return partial(lift(fn, variables), [engine.asarray(value) for value in values])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch to the state and give the number so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def config_arguments(self) -> dict[str, Any]:
        return {"name": self.name, "dtype": self.dtype} | super().config_arguments()

    def _inexact(self, x: Any) -> Any:
        """`x` as an array; floats in this metric's dtype, integers and booleans as they are."""
        x = as_array(x)
        if not is_inexact(x) or engine.dtype_name(x) == self.dtype:
            return x
        return tensor_metadata.carry(lambda x: engine.cast(x, self.dtype), x)


def _find_variables(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
    elif isinstance(value, Metric):
        yield from value.variables
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _find_variables(item)
