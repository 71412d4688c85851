"""`Steps`: one step of training, evaluation and prediction, as a model may define them itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hornbeam import engine, optimizers
from hornbeam.core import lift, registry, symbolic
from hornbeam.core.known import Known
from hornbeam.core.running import running, under
from hornbeam.core.variable import Variable
from hornbeam.data.packing import unpack_x_y_sample_weight
from hornbeam.layers import Layer
from hornbeam.layers.base.provided import provided
from hornbeam.layers.base.tracking import held_metrics, unique
from hornbeam.models import graph_losses
from hornbeam.models.internals import ModelInternals
from hornbeam.training import learning, steps_of_backends
from hornbeam.training.objective.names import unused
from hornbeam.training.programs.batch import Batch
from hornbeam.training.trainer import Trainer


class Steps(Layer):
    """A layer with steps, and with what `compile` has made for them."""

    __hornbeam__: ModelInternals
    internals_class = ModelInternals

    # the steps, which a model may define itself

    @steps_of_backends.taking_state("train")
    def train_step(self, data: Any) -> dict[str, Any]:
        """One step on `data`: `x`, `(x, y)` or `(x, y, sample_weight)`; override it to train in your own way.

        The override may read and assign any variable of the model; it is compiled like the built-in one:
        `loss, gradients = self.value_and_grad(lambda: ...)`, then `self.optimizer.apply(gradients)`.

        Returns:
            The logs: numbers by name.
        """
        trainer = trainer_of(self, "train_step")
        batch = data if isinstance(data, Batch) else Batch.of(*unpack_x_y_sample_weight(data))
        reached = learning.first_of(trainer)

        def loss_and_prediction() -> tuple[Any, ...]:
            with under(known=Known()):
                y_pred = self(batch[0], training=True)
                loss = trainer.loss_of(batch, y_pred)
                return learning.watched(trainer.scaled(loss), reached), loss, y_pred, dict(running.known)

        (_, loss, y_pred, known), gradients = lift.value_and_grad(loss_and_prediction, self.trainable_variables)
        learning.tell(trainer, reached, self.trainable_variables)
        trainer.objective.loss_tracker.update_state(loss, sample_weight=batch.count)
        trainer.optimizer.apply(gradients, self.trainable_variables)
        with under(known=known):
            return trainer.metrics_of(batch, y_pred)

    @steps_of_backends.taking_state("test")
    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of `evaluate`; override it like `train_step`."""
        trainer = trainer_of(self, "test_step")
        batch = data if isinstance(data, Batch) else Batch.of(*unpack_x_y_sample_weight(data))
        y_pred = self(batch[0], training=False)
        loss = trainer.loss_of(batch, y_pred, training=False)
        trainer.objective.loss_tracker.update_state(loss, sample_weight=batch.count)
        return trainer.metrics_of(batch, y_pred)

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
        return trainer_of(self, "compute_loss").compute_loss(Batch.of(x, y, sample_weight), y_pred)

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Count a batch into the metrics, and give their values by name."""
        trainer = trainer_of(self, "compute_metrics")
        trainer.objective.count(y, y_pred, sample_weight, None, trainer.output_names)
        return type(self).get_metrics_result(self)

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        metrics_variables: Sequence[Any],
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> tuple[Any, tuple[list[Any], list[Any], list[Any]]]:
        """`compute_loss` while the variables have these values; returns the loss and the values after it."""
        kinds = [self.trainable_variables, self.non_trainable_variables, self.metrics_variables]
        given = [trainable_variables, non_trainable_variables, metrics_variables]
        values = [engine.asarray(value) for part in given for value in part]
        compute = lambda: self.compute_loss(x, y, y_pred, sample_weight, training)  # noqa: E731
        loss, new = lift.lift(compute, [variable for kind in kinds for variable in kind])(values)
        first, second = len(kinds[0]), len(kinds[0]) + len(kinds[1])
        return loss, (new[:first], new[first:second], new[second:])

    # what `compile` has made

    @provided
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self.__hornbeam__.run_state.trainer is not None

    @property
    def optimizer(self) -> Any:
        """The optimizer; `None` before `compile`."""
        trainer = self.__hornbeam__.run_state.trainer
        return None if trainer is None else trainer.optimizer

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        if not isinstance(value, optimizers.Optimizer):
            raise AttributeError(
                f"`optimizer` of model `{self.name}` must be an optimizer: give your attribute another name. "
                f"Received: {value!r:.100}."
            )
        trainer = self.__hornbeam__.run_state.trainer
        if trainer is None:
            raise AttributeError(f"Pass the optimizer of model `{self.name}` to `compile`: it is not compiled yet.")
        trainer.use_optimizer(value)

    @provided
    def loss(self) -> Any:
        """What `compile` was given as `loss`."""
        return _argument(self, "loss")

    @provided
    def loss_weights(self) -> Any:
        """What `compile` was given as `loss_weights`."""
        return _argument(self, "loss_weights")

    @provided
    def steps_per_execution(self) -> int:
        """How many batches may pass between two calls of batch-level callbacks."""
        return _argument(self, "steps_per_execution", 1)

    @provided
    def jit_compile(self) -> Any:
        """What `compile` was given as `jit_compile`."""
        return _argument(self, "jit_compile", "auto")

    @property
    def history(self) -> Any:
        """What the last `fit` has recorded."""
        return self.__hornbeam__.run_state.history

    @history.setter
    def history(self, value: Any) -> None:
        self.__hornbeam__.run_state.history = value

    def add_loss(self, loss: Any) -> None:
        """Add to the loss that training minimises: a number in `call`, or a symbolic tensor made from the inputs."""
        if symbolic.is_symbolic(loss) and self.__hornbeam__.graph is not None:
            graph_losses.add(self, loss)
        else:
            super().add_loss(loss)

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = None) -> None:
        """Report a mean, as Keras 2 did: of a number in `call`, or of a symbolic tensor made from the inputs."""
        if symbolic.is_symbolic(value) and self.__hornbeam__.graph is not None:
            graph_losses.watch(self, value, name, aggregation)
        else:
            super().add_metric(value, name, aggregation)

    def zero_grad(self) -> None:
        """On PyTorch, `loss.backward()` gives trainable variables a `value.grad` from here on, and they have none yet.

        In a `train_step`, it comes before the model is called. In a loop of one's own, too, unless the model is called
        on tensors or with `training=True`.
        """
        steps_of_backends.begin_gradients(self)

    def parameters(self) -> Iterator[Any]:
        """On PyTorch, the tensors of the trainable variables, for `torch.optim` in a loop of one's own.

        Whatever else assigns the variables, such as `fit`, gives them other tensors: ask for them again.
        """
        self.zero_grad()
        return iter([variable.value for variable in self.trainable_variables])

    @property
    def stop_training(self) -> bool:
        """Whether the run ends after this epoch, or after this batch where a callback watches batches."""
        return self.__hornbeam__.run_state.stop_training

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        self.__hornbeam__.run_state.stop_training = bool(value)

    @property
    def stop_evaluating(self) -> bool:
        """Whether the evaluation ends after this batch."""
        return self.__hornbeam__.run_state.stop_evaluating

    @stop_evaluating.setter
    def stop_evaluating(self, value: bool) -> None:
        self.__hornbeam__.run_state.stop_evaluating = bool(value)

    @property
    def stop_predicting(self) -> bool:
        """Whether `predict` ends after this batch, with the outputs until then."""
        return self.__hornbeam__.run_state.stop_predicting

    @stop_predicting.setter
    def stop_predicting(self, value: bool) -> None:
        self.__hornbeam__.run_state.stop_predicting = bool(value)

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run operation by operation, for debugging."""
        return self.__hornbeam__.is_eager

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self.__hornbeam__.is_eager = bool(value)

    @property
    def metrics(self) -> list[Any]:
        """The loss's running mean, the compiled metrics, and metrics that layers hold."""
        trainer = self.__hornbeam__.run_state.trainer
        return [*(trainer.objective.counters if trainer is not None else []), *held_metrics(self)]

    @property
    def metrics_names(self) -> list[str]:
        """The names of what `evaluate` returns, in its order; all of them before a batch, where outputs are known."""
        trainer = self.__hornbeam__.run_state.trainer
        return [*(trainer.listed_names if trainer is not None else []), *(name for name, _ in held(self))]

    def get_metrics_result(self) -> dict[str, Any]:
        """The values of all metrics by name."""
        objective = trainer_of(self, "get_metrics_result").objective
        counted, own = objective.counters, held(self)
        if not registry.is_builtin(getattr(type(self).metrics, "fget", None)):
            own = [(metric.name, metric) for metric in self.metrics if metric not in counted]
        logs = objective.result() if any(metric in counted for metric in self.metrics) else {}
        for name, metric in own:
            value = metric.result()
            logs |= value if isinstance(value, dict) else {name: value}
        return logs

    def reset_metrics(self) -> None:
        """Forget what the metrics have counted."""
        trainer = self.__hornbeam__.run_state.trainer
        for metric in unique([*self.metrics, *(trainer.objective.counters if trainer is not None else [])]):
            metric.reset_state()


class NotCompiledError(RuntimeError, ValueError):
    """A model does not know how to train: a `RuntimeError` of Keras 2, a `ValueError` of Keras 3."""


def trainer_of(model: Steps, method: str) -> Trainer:
    trainer = model.__hornbeam__.run_state.trainer
    if trainer is None:
        raise NotCompiledError(
            f"`{method}` needs to know how to train: call `compile(optimizer, loss)` on model `{model.name}` first."
        )
    return trainer


def held(model: Steps) -> list[tuple[str, Any]]:
    """The metrics that layers hold, by name; a name that is taken is numbered."""
    trainer = model.__hornbeam__.run_state.trainer
    metrics = trainer.objective.metrics if trainer is not None else None
    taken = list(metrics.names) if metrics is not None else []
    found = []
    for metric in held_metrics(model):
        found.append((unused(metric.name, taken), metric))
        taken.append(found[-1][0])
    return found


def _argument(model: Steps, name: str, default: Any = None) -> Any:
    trainer = model.__hornbeam__.run_state.trainer
    return default if trainer is None else trainer.arguments[name]
