"""`Steps`: one step of training, evaluation and prediction, and the programs made of them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hornbeam import engine, optimizers
from hornbeam.core import lift, symbolic, tree
from hornbeam.core.hyperparameter import are_arguments
from hornbeam.core.variable import Variable
from hornbeam.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from hornbeam.training.compiled import Compiled
from hornbeam.training.objective.names import number_names
from hornbeam.training.programs.batch import Batch
from hornbeam.training.programs.compiled import code_for
from hornbeam.training.programs.program import Program
from hornbeam.training.row_independence import is_row_independent


class Steps(Compiled):
    """The steps; a model may define its own."""

    if TYPE_CHECKING:
        losses: list[Any]
        variables: list[Variable]

        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
        def build_for(self, x: Any) -> Any: ...
        def state_signature(self) -> Any: ...
        def _clear_losses(self) -> None: ...

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step on `data`: `x`, `(x, y)` or `(x, y, sample_weight)`; override it to train in your own way.

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
        return lift.value_and_grad(fn, self.trainable_variables if variables is None else variables)

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

    # getting ready

    def _prepare(self, data: Any, is_training: bool) -> None:
        """Build what is not built yet, knowing one batch (or all) of the data; compiles nothing."""
        x, y, _ = data
        y_pred = self.build_for(x)
        if not self.compiled:
            return
        if y_pred is not None and (type(self).train_step is Steps.train_step or self.loss is not None):
            self._compiled_loss_for(y_pred)
            self._compiled_metrics_for(tree.map(_shapes, y), y_pred)
        if y_pred is None or any(not optimizer.built for optimizer in self._further_optimizers()):
            self._trace_step(self.train_step if is_training else self.test_step, data)
        if is_training and not self._optimizer_is_ready():
            self.optimizer.build(self.trainable_variables)

    def _optimizer_is_ready(self) -> bool:
        """Whether the optimizer has state for what is trainable now; a custom step may train other variables by it."""
        is_own = type(self).train_step is not Steps.train_step
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
        with lift.discard_assignments(), contextlib.suppress(Exception):  # errors come again when the step runs
            symbolic.infer(lambda data: step(pack_x_y_sample_weight(*data)) and None, (specs,))
        self._clear_losses()

    def _program(self, mode: str) -> Program:
        """The program for "train", "test" or "predict"; made anew when the model has changed since."""
        signature = self.state_signature()
        programs = self.__dict__.setdefault("_programs", {})
        kept = programs.get(mode)
        if kept is None or kept[0] != signature or not are_arguments(kept[1].hyperparameters):
            program = self._make_program(mode)
            program.compilations = kept[1].compilations if kept is not None else 0
            programs[mode] = (signature, program)
        return programs[mode][1]

    def _make_program(self, mode: str) -> Program:
        step = {"train": self.train_step, "test": self.test_step, "predict": self.predict_step}[mode]
        is_own = getattr(type(self), f"{mode}_step") is not getattr(Steps, f"{mode}_step")

        def run(batch: Batch) -> Any:
            try:
                return step(pack_x_y_sample_weight(*batch) if is_own else batch)
            finally:
                self._clear_losses()

        metrics = self.metrics if mode != "predict" else []
        number_names(metrics)
        state = (
            [*self.variables, *(v for metric in metrics for v in metric.variables)]
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
        is_eager = self.run_eagerly or self.__dict__.get("jit_compile") is False
        compiled = self._compiled_metrics.names if self._compiled_metrics is not None else []
        names = self._log_names(compiled) if mode != "predict" else []
        names_matter = result is None or type(self).get_metrics_result is not Compiled.get_metrics_result
        purpose = (mode, tuple(names) if names_matter else len(names))
        code, hyperparameters = (None, []) if is_eager else code_for(purpose, self, variables, constants)
        return Program(run, result, variables, constants, code, names, hyperparameters)

    def _is_row_independent(self, mode: str) -> bool:
        """Whether a batch may be padded and its extra rows masked out without any effect on the result."""
        cls = type(self)
        is_default = all(
            getattr(cls, name) is getattr(Steps, name) for name in (f"{mode}_step", "compute_loss", "compute_metrics")
        )
        return (
            is_default
            and is_row_independent(self, training=mode == "train")
            and all(layer.activity_regularizer is None for layer in self._flatten_layers())
            and self._compiled_loss is not None
            and self._compiled_loss.row_independent
            and self._compiled_metrics is not None
            and self._compiled_metrics.row_independent
            and not self._own_metrics()
        )

    def compile_count(self) -> int:
        """How many times since `compile` this model had a step or its forward pass traced for compilation.

        Models of the same structure share what was compiled: for the second of them there is nothing left to do.
        """
        programs = [*self.__dict__.get("_programs", {}).values()]
        if "_forward" in self.__dict__:
            programs.append(self.__dict__["_forward"])
        return sum(program.compilations for _, program in programs)


def _shapes(value: Any) -> Any:
    """A target as a symbolic tensor of its shape, the batch unknown."""
    if value is None:
        return None
    return symbolic.SymbolicTensor((None, *np.shape(value)[1:]), "float32")


def _dtype(x: Any) -> str:
    return x.dtype.name if isinstance(x, np.ndarray) else engine.dtype_name(x)
