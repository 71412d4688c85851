"""`Loss`: how far outputs are from targets, as one number to minimise."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from hornbeam import engine
from hornbeam.core import dtypes, masking, naming, policies, serialization, staying, tensor_metadata, tree
from hornbeam.core.configurable import Configurable
from hornbeam.core.declarations import fact, forget_inherited, is_row_independent
from hornbeam.core.known import NeedsGraphError
from hornbeam.core.running import running
from hornbeam.core.traced_values import saying_where
from hornbeam.core.variable import Variable
from hornbeam.losses.reduction import merge_masks, reduce, same_rank, standardize_reduction


class Loss(Configurable):
    """Base of all losses: `call` gives one value per row, `reduction` says how they become one.

    Args:
        name: made from the class name by default.
        reduction: "sum_over_batch_size" or "mean" (divide by the number of values), "mean_with_sample_weight" (divide
            by the sum of the weights), "sum", or "none".
        dtype: what the loss is computed in; `floatx()` by default.

    >>> import hornbeam
    >>> class Distance(hornbeam.losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return hornbeam.ops.max(hornbeam.ops.abs(y_true - y_pred), axis=-1)
    >>> float(Distance()([[0.0, 0.0], [0.0, 0.0]], [[1.0, 3.0], [0.0, 1.0]]))
    2.0
    """

    api_module = "keras.losses"
    dtype: str
    #: Whether the value of a row depends on that row alone, so that a batch may be padded with rows that are masked.
    #: Not, as far as is known, in a class with a `call` of its own that does not say so; so with the next two.
    row_independent: Any = False
    #: What targets it takes, and what outputs: see `losses/definition.py`.
    targets: Any = None
    outputs: Any = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        forget_inherited(cls, ("call", "__call__"), {"row_independent": False, "targets": None, "outputs": None})

    def __init__(self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None):
        self.__hornbeam__.serial = None if name else naming.serial()
        self.store({"name": name or naming.auto_name(type(self)), "reduction": reduction, "dtype": dtype})

    def resolve(self, name: str, value: Any) -> Any:
        if name == "reduction":
            return standardize_reduction(value)
        if name == "dtype":
            return dtypes.floatx() if value is None else policies.get(value).compute_dtype
        return value

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One value per row, or per row and step: shape (batch, ...)."""
        raise NotImplementedError(f"`{type(self).__name__}` must define `call(y_true, y_pred)`.")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None, mask: Any = None) -> Any:
        """The loss of a batch.

        Args:
            y_true: targets.
            y_pred: outputs.
            sample_weight: one factor per row, or per row and step.
            mask: true where a row, or a row's step, counts. The masks of `y_pred` and of the values (entries of
                `ignore_class`) apply as well.
        """
        if running.tape is not None:
            return running.tape.record(self, (y_true, y_pred, sample_weight, mask), {})
        masks = [mask, *(masking.get_mask(y) for y in tree.leaves(y_pred)[:1])]
        y_true, y_pred = map_arrays(self._array, y_true), map_arrays(self._array, y_pred)
        with staying.called():
            values = self.call(y_true, y_pred)
        if values is None:
            raise ValueError(
                f"Loss `{self.name}` must return a number for each row, or one. Received: None; is a `return` missing?"
            )
        if isinstance(values, str | bytes):
            raise ValueError(f"Loss `{self.name}` must return a number for each row, or one. Received: {values!r}.")
        masks.append(masking.get_mask(values))
        sample_weight = None if sample_weight is None else self._array(sample_weight)
        return reduce(self._array(values), sample_weight, merge_masks(masks), self.reduction)

    def _array(self, x: Any) -> Any:
        x = x.value if isinstance(x, Variable) else engine.asarray(x)
        if engine.dtype_name(x) == self.dtype:
            return x
        return tensor_metadata.carry(lambda x: engine.cast(x, self.dtype), x)

    def config_arguments(self) -> dict[str, Any]:
        config = super().config_arguments()
        if config.get("dtype") == dtypes.floatx():
            config.pop("dtype")
        return config


class ShowsArguments:
    """Base of what wraps a function: the arguments that the function gets can be read as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return vars(self)["_kwargs"][name]
        except KeyError:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            ) from None


class LossFunctionWrapper(ShowsArguments, Loss):
    """The loss of a function `(y_true, y_pred, **kwargs)` that gives one value per row.

    Args:
        fn: the function.
        reduction, name, dtype: as in `Loss`.
        kwargs: passed on to `fn`.

    >>> import hornbeam
    >>> loss = hornbeam.losses.LossFunctionWrapper(lambda y, p: abs(y - p) ** 3, name="cubed")
    >>> float(loss([[1.0, 2.0]], [[2.0, 4.0]]))
    4.5
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        super().__init__(name, reduction, dtype)
        self.fn = fn
        self._kwargs = kwargs

    @fact
    def row_independent(self) -> bool:
        """Whether the value of a row depends on that row alone: as the function declares."""
        return is_row_independent(self.fn, self._kwargs)

    @fact
    def targets(self) -> Any:
        """What targets the function takes."""
        return getattr(self.fn, "targets", None)

    @fact
    def outputs(self) -> Any:
        """What outputs the function takes, when they are no logits."""
        return getattr(self.fn, "outputs", None)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if not tree.is_nested(y_true) and not tree.is_nested(y_pred):
            y_true, y_pred = same_rank(y_true, y_pred)
        with saying_where(f"Loss `{self.name}`"):
            try:
                return self.fn(y_true, y_pred, **self._kwargs)
            except NeedsGraphError:
                if running.known is None or running.known.through_graph is None:
                    raise
            return running.known.through_graph(partial(self.fn, **self._kwargs), y_true, y_pred)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        if "fn" in config:
            config = config | {"fn": serialization.deserialize(config["fn"], kind="keras.losses")}
        return super().from_config(config)


def option(loss_or_metric: Any, name: str) -> Any:
    """What a loss, or a metric, calls its function with under `name`; `None` where that is not known."""
    return getattr(loss_or_metric, "_kwargs", {}).get(name)


def map_arrays(fn: Callable[[Any], Any], nested: Any) -> Any:
    """`fn` of every array in a tree; a list of lists of numbers is one array."""
    if isinstance(nested, list | tuple) and all(isinstance(x, bool | int | float) for x in tree.leaves(nested)):
        return fn(nested)
    return tree.map(fn, nested)
