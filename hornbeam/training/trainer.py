"""`Trainer`: `compile`, the steps and the methods that run them; every model is one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam import engine, losses, metrics, optimizers
from hornbeam.core import serialization, symbolic, tree, variable
from hornbeam.core.variable import Variable
from hornbeam.metrics import Mean
from hornbeam.training import loop, predict
from hornbeam.training.batch import Batch, row_count
from hornbeam.training.compiled_loss import CompiledLoss
from hornbeam.training.compiled_metrics import CompiledMetrics
from hornbeam.training.outputs import Outputs
from hornbeam.training.programs import Program
from hornbeam.training.rows import mixes_rows


class Trainer:
    """What a model needs beside its layers in order to be trained."""

    if TYPE_CHECKING:
        name: str
        built: bool
        dtype_policy: Any
        losses: list[Any]
        variables: list[Variable]
        trainable_variables: list[Variable]

        @property
        def input_names(self) -> list[str]: ...
        @property
        def output_names(self) -> list[str]: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
        def build_for(self, x: Any) -> Any: ...
        def state_signature(self) -> Any: ...
        def _flatten_layers(self) -> list[Any]: ...
        def _clear_losses(self) -> None: ...
        def get_weights(self) -> list[np.ndarray]: ...

    compiled = False
    optimizer: Any = None
    stop_training = False
    history: Any = None

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
        if not isinstance(steps_per_execution, int) or steps_per_execution < 1:
            raise ValueError(
                f"`steps_per_execution` must be a positive integer. "
                f"Received: steps_per_execution={steps_per_execution!r}."
            )
        _check_names(loss, metrics, weighted_metrics)
        optimizer = self.optimizer = optimizers.get(optimizer)
        is_half = self.dtype_policy.name == "mixed_float16"
        if auto_scale_loss and is_half and not isinstance(optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")
        self.loss = loss
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
        self._compiled_loss: CompiledLoss | None = None
        self._compiled_metrics: CompiledMetrics | None = None
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

    def compile_count(self) -> int:
        """How many times a program of this model was traced for compilation: its steps, and its forward pass."""
        programs = [*self.__dict__.get("_programs", {}).values()]
        if "_forward" in self.__dict__:
            programs.append(self.__dict__["_forward"])
        return sum(program.compilations for _, program in programs)

    # the steps

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step on `data = (x, y, sample_weight)`; override it to train in your own way.

        The override may read and assign any variable of the model; it is compiled like the built-in one:
        `loss, gradients = self.value_and_grad(lambda: ...)`, then `self.optimizer.apply(gradients)`.

        Returns:
            The logs: numbers by name.
        """
        batch = data if isinstance(data, Batch) else Batch.of(*unpack_x_y_sample_weight(data))

        def loss_and_prediction() -> tuple[Any, Any, Any]:
            y_pred = self(batch[0], training=True)
            loss = self._loss_of(batch, y_pred)
            return self._scaled(loss), loss, y_pred

        (_, loss, y_pred), gradients = self.value_and_grad(loss_and_prediction)
        self._loss_tracker.update_state(loss, sample_weight=batch.count)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self._metrics_of(batch, y_pred)

    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of `evaluate`; override it like `train_step`."""
        batch = data if isinstance(data, Batch) else Batch.of(*unpack_x_y_sample_weight(data))
        y_pred = self(batch[0], training=False)
        self._loss_tracker.update_state(self._loss_of(batch, y_pred), sample_weight=batch.count)
        return self._metrics_of(batch, y_pred)

    def predict_step(self, data: Any) -> Any:
        """The outputs for a batch of `predict`; override it to predict in your own way."""
        return self(unpack_x_y_sample_weight(data)[0], training=False)

    def value_and_grad(
        self, fn: Callable[[], Any], variables: Sequence[Variable] | None = None
    ) -> tuple[Any, list[Any]]:
        """`fn()` and the gradients of its loss by the trainable variables, or by `variables`.

        Args:
            fn: takes nothing; returns a scalar loss, or a tuple that starts with one.
            variables: what to differentiate by.

        Returns:
            What `fn` returned, and one gradient per variable.
        """
        return variable.value_and_grad(fn, self.trainable_variables if variables is None else variables)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The loss given to `compile`, plus what layers add to it."""
        return self._compute_loss(Batch.of(x, y, sample_weight), y_pred)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Count a batch into the metrics, and give their values by name."""
        self._compiled_metrics_for(y, y_pred).update_state(y, tree.leaves(y_pred), sample_weight, None)
        return self.get_metrics_result()

    def _loss_of(self, batch: Batch, y_pred: Any) -> Any:
        if batch.rows is None:
            return self.compute_loss(x=batch[0], y=batch[1], y_pred=y_pred, sample_weight=batch[2])
        return self._compute_loss(batch, y_pred)

    def _compute_loss(self, batch: Batch, y_pred: Any) -> Any:
        _, y, sample_weight = batch
        total = self._compiled_loss_for(y_pred)(y, tree.leaves(y_pred), sample_weight, batch.rows, batch.count)
        for loss in self.losses:
            loss = engine.sum(engine.cast(engine.asarray(loss), "float32"))
            total = loss if total is None else total + loss
        if total is None:
            raise ValueError(
                f"Model `{self.name}` has nothing to minimise: give `compile` a `loss`, or call `add_loss` in a layer."
            )
        return total

    def _metrics_of(self, batch: Batch, y_pred: Any) -> dict[str, Any]:
        x, y, sample_weight = batch
        if batch.rows is None:
            return self.compute_metrics(x, y, y_pred, sample_weight)
        self._compiled_metrics_for(y, y_pred).update_state(y, tree.leaves(y_pred), sample_weight, batch.rows)
        return {}

    def _scaled(self, loss: Any) -> Any:
        scale = getattr(self.optimizer, "scale_loss", None)
        return scale(loss) if scale is not None else loss

    # losses and metrics

    def _compiled_loss_for(self, y_pred: Any) -> CompiledLoss:
        if self._compiled_loss is None:
            outputs = Outputs(y_pred, self.output_names)
            self._compiled_loss = CompiledLoss(self.loss, self.loss_weights, outputs)
        return self._compiled_loss

    def _compiled_metrics_for(self, y: Any, y_pred: Any) -> CompiledMetrics:
        if self._compiled_metrics is None:
            outputs = Outputs(y_pred, self.output_names)
            targets = outputs.match(y, "y", partial=True)
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

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns, in its order."""
        names = ["loss"] if self.compiled else []
        names += (
            [metric.name for metric in self._compiled_loss.metrics] if self.compiled and self._compiled_loss else []
        )
        names += self._compiled_metrics.names if self.compiled and self._compiled_metrics else []
        return names + [metric.name for metric in self._own_metrics()]

    def get_metrics_result(self) -> dict[str, Any]:
        """The values of all metrics by name."""
        logs = {"loss": self._loss_tracker.result()}
        for metric in self._compiled_loss.metrics if self._compiled_loss is not None else []:
            logs[metric.name] = metric.result()
        if self._compiled_metrics is not None:
            logs |= self._compiled_metrics.result()
        for metric in self._own_metrics():
            value = metric.result()
            logs |= value if isinstance(value, dict) else {metric.name: value}
        return logs

    def reset_metrics(self) -> None:
        """Forget what the metrics have counted."""
        for metric in self.metrics:
            metric.reset_state()

    # getting ready

    def _prepare(self, data: Any, is_training: bool) -> None:
        """Build what is not built yet, knowing one batch (or all) of the data; compiles nothing."""
        x, y, _ = data
        y_pred = self.build_for(x)
        if not self.compiled:
            return
        if y_pred is not None and (type(self).train_step is Trainer.train_step or self.loss is not None):
            self._compiled_loss_for(y_pred)
            self._compiled_metrics_for(tree.map(_shapes, y), y_pred)
        if y_pred is None or any(not optimizer.built for optimizer in self._further_optimizers()):
            self._trace_step(self.train_step if is_training else self.test_step, data)
        if is_training and not self._optimizer_is_ready():
            self.optimizer.build(self.trainable_variables)

    def _optimizer_is_ready(self) -> bool:
        """Whether the optimizer has state for what is trainable now; a custom step may train other variables by it."""
        is_own = type(self).train_step is not Trainer.train_step
        return self.optimizer.built and (is_own or self.optimizer.is_built_for(self.trainable_variables))

    def _further_optimizers(self) -> list[Any]:
        """The optimizers among the model's own attributes, beside the one given to `compile`."""
        mine = [value for value in vars(self).values() if isinstance(value, optimizers.Optimizer)]
        return [optimizer for optimizer in mine if optimizer is not self.optimizer]

    def _trace_step(self, step: Callable[[Any], Any], data: Any) -> None:
        """Go through a step without computing anything, so that layers and optimizers which it uses are built."""
        specs = tree.map(
            lambda x: None if x is None else symbolic.SymbolicTensor((None, *x.shape[1:]), _dtype(x)), data
        )
        with variable.discard_assignments(), contextlib.suppress(Exception):  # errors come again when the step runs
            symbolic.infer(lambda data: step(data) and None, (specs,))
        self._clear_losses()

    def _program(self, mode: str) -> Program:
        """The program for "train", "test" or "predict"; made anew when the model has changed since."""
        signature = self.state_signature()
        programs = self.__dict__.setdefault("_programs", {})
        if mode not in programs or programs[mode][0] != signature:
            programs[mode] = (signature, self._make_program(mode))
        return programs[mode][1]

    def _make_program(self, mode: str) -> Program:
        step = {"train": self.train_step, "test": self.test_step, "predict": self.predict_step}[mode]
        is_own = getattr(type(self), f"{mode}_step") is not getattr(Trainer, f"{mode}_step")

        def run(batch: Batch) -> Any:
            try:
                return step(tuple(batch) if is_own else batch)
            finally:
                self._clear_losses()

        state = (
            [*self.variables, *(v for metric in self.metrics for v in metric.variables)]
            if mode != "predict"
            else self.variables
        )
        trainable = {id(v) for v in self.trainable_variables}
        if mode == "train" and self.optimizer is not None:
            state += [v for optimizer in (self.optimizer, *self._further_optimizers()) for v in optimizer.variables]
        state = list({id(v): v for v in state}.values())
        moves = lambda v: not v.trainable or (mode == "train" and id(v) in trainable)  # noqa: E731
        result = self.get_metrics_result if mode != "predict" and not is_own else None
        variables, constants = [v for v in state if moves(v)], [v for v in state if not moves(v)]
        return Program(run, result, variables, constants, self.run_eagerly or self.__dict__.get("jit_compile") is False)

    def _masks_rows(self, mode: str) -> bool:
        """Whether a batch may be padded and its extra rows masked out without any effect on the result."""
        cls = type(self)
        is_default = all(
            getattr(cls, name) is getattr(Trainer, name) for name in (f"{mode}_step", "compute_loss", "compute_metrics")
        )
        return (
            is_default
            and not mixes_rows(self, training=mode == "train")
            and all(layer.activity_regularizer is None for layer in self._flatten_layers())
            and self._compiled_loss is not None
            and self._compiled_loss.is_rowwise
            and self._compiled_metrics is not None
            and self._compiled_metrics.is_rowwise
            and not self._own_metrics()
        )

    def _check_compiled(self, method: str) -> None:
        if not self.compiled:
            raise RuntimeError(
                f"`{method}` needs to know how to train: call `compile(optimizer, loss)` on model `{self.name}` first."
            )

    # running

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> Any:
        """Train for some epochs.

        Args:
            x: inputs: an array, a list of arrays, a dict of arrays by input name, a DataFrame, or something that gives
                batches (a generator, a `PyDataset`, a torch `DataLoader`, a tf.data `Dataset`).
            y: targets, in the same forms; not with something that gives batches, which gives the targets too.
            batch_size: rows per step; 32 by default.
            epochs: the number of the last epoch.
            verbose: 0 is silent, 1 a progress bar, 2 a line per epoch; "auto" is 1 on a terminal or in a notebook.
            callbacks: `Callback`s, or any objects with some of their methods.
            validation_split: the share of rows at the end of the arrays that is held out, before shuffling.
            validation_data: `(x, y)`, `(x, y, sample_weight)` or something that gives batches, evaluated after epochs.
            shuffle: whether rows are shuffled before each epoch.
            class_weight: weights of the classes, in a dict; "balanced" weighs them by their frequency.
            sample_weight: weights of the rows, or of rows and steps.
            initial_epoch: where to go on from.
            steps_per_epoch: batches that make an epoch; all of them by default.
            validation_steps: batches to evaluate; all of them by default.
            validation_batch_size: `batch_size` by default.
            validation_freq: evaluate after every n-th epoch, or after the epochs listed.

        Returns:
            A `History`: `history.history["loss"]` is the list of the epochs' losses.
        """
        self._check_compiled("fit")
        return loop.fit(
            self,
            x,
            y,
            batch_size=batch_size,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            validation_data=validation_data,
            shuffle=shuffle,
            class_weight=class_weight,
            sample_weight=sample_weight,
            initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch,
            validation_steps=validation_steps,
            validation_batch_size=validation_batch_size,
            validation_freq=validation_freq,
        )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss and the metrics on data; forms of data as in `fit`.

        Returns:
            The loss, or the list `[loss, *metrics]` in the order of `metrics_names`, or a dict by name.
        """
        self._check_compiled("evaluate")
        logs = loop.evaluate(
            self,
            x,
            y,
            batch_size=batch_size,
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            callbacks=callbacks,
        )
        return logs if return_dict else self._listed(logs)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for all rows of `x`, as NumPy arrays in the structure of the model's output.

        Args:
            x: inputs, in the forms of `fit`.
            batch_size: rows per step; chosen to be fast by default.
            verbose: as in `fit`.
            steps: batches to predict; all of them by default.
            callbacks: as in `fit`.
        """
        return predict.predict(self, x, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks)

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One training step on one batch; returns its loss and metrics, those before the step."""
        self._check_compiled("train_on_batch")
        logs = loop.on_batch(self, "train", x, y, sample_weight, class_weight)
        return logs if return_dict else self._listed(logs)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """One evaluation step on one batch; returns its loss and metrics."""
        self._check_compiled("test_on_batch")
        logs = loop.on_batch(self, "test", x, y, sample_weight, None)
        return logs if return_dict else self._listed(logs)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as NumPy arrays."""
        return predict.predict(
            self, x, batch_size=max(row_count(tree.map(np.asarray, x)), 1), verbose=0, steps=None, callbacks=None
        )

    def _listed(self, logs: dict[str, float]) -> Any:
        names = [name for name in self.metrics_names if name in logs]
        values = [logs[name] for name in [*names, *(name for name in sorted(logs) if name not in names)]]
        return values[0] if len(values) == 1 else values

    # configs

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


def _shapes(value: Any) -> Any:
    """A target as a symbolic tensor of its shape, the batch unknown."""
    if value is None:
        return None
    return symbolic.SymbolicTensor((None, *np.shape(value)[1:]), "float32")


def _dtype(x: Any) -> str:
    return x.dtype.name if isinstance(x, np.ndarray) else engine.dtype_name(x)


def _check_names(loss: Any, *metric_lists: Any) -> None:
    """Raise now for what is unknown, not at the first batch."""
    for one in _each(loss):
        losses.get(one)
    for one in _each(metric_lists):
        if not isinstance(one, str) or one not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(one)


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


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` from a tuple that may lack the last ones."""
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3:
        raise ValueError(f"A batch must be `x`, `(x, y)` or `(x, y, sample_weight)`. Received: a tuple of {len(data)}.")
    return (*data, *(None,) * (3 - len(data)))
