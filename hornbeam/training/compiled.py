"""`Compiled`: what `compile` says about training, resolved against the model's outputs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Never

from hornbeam import losses, metrics, optimizers
from hornbeam.core import naming, serialization
from hornbeam.core.suggest import reject
from hornbeam.metrics import Mean
from hornbeam.training.objective.losses import CompiledLoss, plain_numbers
from hornbeam.training.objective.metrics import CompiledMetrics
from hornbeam.training.objective.names import number_names, unused
from hornbeam.training.objective.outputs import Outputs


class Compiled:
    """The optimizer, the loss and the metrics of a model."""

    if TYPE_CHECKING:
        name: str
        built: bool
        dtype_policy: Any
        trainable_variables: list[Any]

        @property
        def output_names(self) -> list[str]: ...
        def _flatten_layers(self) -> list[Any]: ...

    compiled = False
    optimizer: Any = None
    _compiled_loss: CompiledLoss | None = None
    _compiled_metrics: CompiledMetrics | None = None

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str | None = "auto",
        auto_scale_loss: bool = True,
        **unknown: Never,
    ) -> None:
        """Say how to train.

        Args:
            optimizer: a name or an `Optimizer`.
            loss: a name, a `Loss` or a function `(y_true, y_pred)`; a list or dict of them for several outputs.
            loss_weights: numbers for the outputs' losses; 1 by default.
            metrics: names, `Metric`s or functions; "accuracy" is chosen by the shapes. Lists or dicts by output.
            weighted_metrics: metrics that use sample weights.
            run_eagerly: run Python step by step, for debugging.
            steps_per_execution: how many batches may pass between two calls of batch-level callbacks.
            jit_compile: False is `run_eagerly=True`.
            auto_scale_loss: with a float16 policy, scale the loss so that small gradients survive.

        Raises:
            ValueError: for a name that is unknown.
        """
        reject(unknown, Compiled.compile)
        if not isinstance(steps_per_execution, int) or steps_per_execution < 1:
            raise ValueError(
                f"`steps_per_execution` must be a positive integer. "
                f"Received: steps_per_execution={steps_per_execution!r}."
            )
        loss = _users_own(loss)
        metrics, weighted_metrics = (_users_own(given, _metric_called) for given in (metrics, weighted_metrics))
        _check_names(loss, metrics, weighted_metrics)
        optimizer = self.optimizer = optimizers.get(optimizer)
        is_half = self.dtype_policy.name == "mixed_float16"
        if auto_scale_loss and is_half and not isinstance(optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")
        self.loss = loss
        loss_weights = plain_numbers(loss_weights)
        self.loss_weights = loss_weights
        self.run_eagerly = run_eagerly
        self.steps_per_execution = steps_per_execution
        self.jit_compile = jit_compile
        self.auto_scale_loss = auto_scale_loss
        self._compile_arguments = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        self._unmatched_metrics = (metrics, weighted_metrics)
        self._number_metrics()
        self._compiled_loss = None
        self._compiled_metrics = None
        self._loss_tracker = Mean(name="loss")
        self.compiled = True
        self.stop_training = False
        self._forget_programs()

    def _forget_programs(self) -> None:
        self.__dict__["_programs"] = {}

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run operation by operation, for debugging."""
        return self.__dict__.get("_run_eagerly", False)

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self.__dict__["_run_eagerly"] = bool(value)
        self._forget_programs()

    def _compiled_loss_for(self, y_pred: Any) -> CompiledLoss:
        if self._compiled_loss is None:
            outputs = Outputs(y_pred, self.output_names)
            self._compiled_loss = CompiledLoss(self.loss, self.loss_weights, outputs)
        return self._compiled_loss

    def _compiled_metrics_for(self, y: Any, y_pred: Any) -> CompiledMetrics:
        if self._compiled_metrics is None:
            outputs = Outputs(y_pred, self.output_names)
            targets = outputs.match(y, "y", partial=True)
            self._number_metrics()
            self._compiled_metrics = CompiledMetrics(*self._unmatched_metrics, outputs, targets)
        return self._compiled_metrics

    @property
    def metrics(self) -> list[Any]:
        """The loss's running mean, the compiled metrics, and metrics that layers hold."""
        found: list[Any] = []
        if self.compiled:
            found.append(self._loss_tracker)
            for compiled in (self._compiled_loss, self._compiled_metrics):
                found.extend(compiled.metrics if compiled is not None else [])
        return found + self._own_metrics()

    def _own_metrics(self) -> list[Any]:
        members = (member for layer in self._flatten_layers() for member in layer._members())
        return list({id(member): member for member in members if getattr(member, "is_metric", False)}.values())

    def _number_metrics(self) -> None:
        """Name the metrics that nobody named, as if the process had made no others."""
        given = [metric for metric in _each(self._unmatched_metrics) if naming.is_automatic(metric)]
        if given:
            number_names([*self._own_metrics(), *given])

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns, in its order."""
        return self._log_names(self._compiled_metrics.listed_names if self._compiled_metrics is not None else [])

    def _log_names(self, compiled: list[str]) -> list[str]:
        """The names of all numbers: those of the metrics given to `compile` in their place among the others."""
        names = ["loss"] if self.compiled else []
        names += [metric.name for metric in self._compiled_loss.metrics] if self._compiled_loss is not None else []
        return [*names, *compiled, *(name for name, _ in self._own_by_name())]

    def _own_by_name(self) -> list[tuple[str, Any]]:
        """The metrics that layers hold; a name that is taken is numbered."""
        taken = list(self._compiled_metrics.names) if self._compiled_metrics is not None else []
        found = []
        for metric in self._own_metrics():
            found.append((unused(metric.name, taken), metric))
            taken.append(found[-1][0])
        return found

    def get_metrics_result(self) -> dict[str, Any]:
        """The values of all metrics by name."""
        logs = {"loss": self._loss_tracker.result()}
        for metric in self._compiled_loss.metrics if self._compiled_loss is not None else []:
            logs[metric.name] = metric.result()
        if self._compiled_metrics is not None:
            logs |= self._compiled_metrics.result()
        for name, metric in self._own_by_name():
            value = metric.result()
            logs |= value if isinstance(value, dict) else {name: value}
        return logs

    def reset_metrics(self) -> None:
        """Forget what the metrics have counted."""
        for metric in self.metrics:
            metric.reset_state()

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise RuntimeError(
                f"`{method}` needs to know how to train: call `compile(optimizer, loss)` on model `{self.name}` first."
            )

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of `compile`, in a form that JSON can hold; `None` when it was not called."""
        if not self.compiled:
            return None
        config = dict(self._compile_arguments)
        config["jit_compile"] = config["jit_compile"] in (True, "auto")
        return {key: serialization.serialize(value) for key, value in config.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Call `compile` with what `get_compile_config` gave."""
        arguments = {key: _compile_argument(key, value) for key, value in config.items()}
        self.compile(**arguments)
        if self.built and hasattr(self.optimizer, "build"):
            self.optimizer.build(self.trainable_variables)


def _check_names(loss: Any, *metric_lists: Any) -> None:
    """Raise now for what is unknown, not at the first batch."""
    for one in _each(loss):
        losses.get(one)
    for one in _each(metric_lists):
        if not isinstance(one, str) or one not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(one)


def _users_own(value: Any, made: Callable[[Any, str], Any] = lambda found, name: found) -> Any:
    """`value` with the user's objects for names of theirs, which may be known no longer at the first batch."""
    if isinstance(value, str):
        found = serialization.get_registered_object(value)
        return value if found is None else made(found, value)
    if isinstance(value, dict) and "class_name" not in value:
        return {key: _users_own(item, made) for key, item in value.items()}
    return [_users_own(item, made) for item in value] if isinstance(value, list | tuple) else value


def _metric_called(found: Any, name: str) -> Any:
    return metrics.MeanMetricWrapper(found, name=name) if inspect.isfunction(found) else found


def _each(value: Any) -> Iterator[Any]:
    """What is in nested lists and dicts; a config, which is a dict too, as a whole."""
    if isinstance(value, dict) and "class_name" in value:
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _each(item)
    else:
        yield value


def _compile_argument(key: str, value: Any) -> Any:
    kinds = {
        "optimizer": "keras.optimizers",
        "loss": "keras.losses",
        "metrics": "keras.metrics",
        "weighted_metrics": "keras.metrics",
    }
    if key not in kinds or isinstance(value, str):
        return value
    return _objects(value, kinds[key])


def _objects(value: Any, kind: str) -> Any:
    """Configs inside lists and dicts as objects; names stay names."""
    if isinstance(value, dict) and "class_name" in value:
        return serialization.deserialize(value, kind=kind)
    if isinstance(value, dict):
        return {key: _objects(item, kind) for key, item in value.items()}
    if isinstance(value, list):
        return [_objects(item, kind) for item in value]
    return value
