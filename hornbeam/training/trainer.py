"""`Trainer`: what a model has in order to be trained: optimizer, objective and programs."""

from __future__ import annotations

import contextlib
import inspect
import operator
from collections.abc import Iterator
from functools import partial
from typing import Any

from hornbeam import engine, optimizers
from hornbeam.core import lift, tree
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.known import Known
from hornbeam.core.rng import UnseededGenerator
from hornbeam.core.running import under
from hornbeam.core.variable import Variable
from hornbeam.data.packing import pack_x_y_sample_weight
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.tracking import flatten, held_metrics, remembering, trainable_weights_of, unique
from hornbeam.training import rehearsal, resuming, steps_of_backends
from hornbeam.training.arguments import CompileArguments
from hornbeam.training.objective.objective import Objective
from hornbeam.training.programs.batch import Batch
from hornbeam.training.programs.logs import numbers_by_name, tell_of_nothing
from hornbeam.training.programs.passes import counters_of
from hornbeam.training.programs.program import Program
from hornbeam.training.programs.python_counters import watched
from hornbeam.training.row_independence import is_row_independent


class Trainer:
    """The training state of one model, made by `compile`.

    Args:
        model: has `train_step`, `test_step` and what they call; see `models/trainable.py`.
        arguments: what `compile` was given.
        steps: the built-in steps, by the names that a model may define its own under.

    Attributes:
        optimizer: moves the weights.
        objective: the losses and metrics.
        trainable: the `trainable` flags of all layers as `compile` saw them: those are trained.
    """

    def __init__(self, model: Any, arguments: CompileArguments, steps: type):
        self.model = model
        self.arguments = arguments
        self.steps = steps
        self.objective = Objective(*(arguments[key] for key in ("loss", "loss_weights", "metrics", "weighted_metrics")))
        self.optimizer = arguments["optimizer"]
        is_half = model.dtype_policy.name == "mixed_float16"
        if arguments["auto_scale_loss"] and is_half and not isinstance(self.optimizer, optimizers.LossScaleOptimizer):
            self.optimizer = optimizers.LossScaleOptimizer(self.optimizer, name="loss_scale_optimizer")
        self.trainable = {layer: layer.__hornbeam__.trainable for layer in flatten(model)}
        self._programs: dict[str, Program] = {}
        self._looked_at: tuple[tuple[Any, ...], tuple[bool, ...], Fingerprint] | None = None
        self._generators: dict[str, UnseededGenerator] = {}  # of programs that a run had which goes on
        self.is_told = False

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_programs": {}, "_looked_at": None}

    def overrides(self, *names: str) -> bool:
        """Whether the model defines one of these steps itself."""
        return any(getattr(type(self.model), name) is not getattr(self.steps, name) for name in names)

    def as_compiled(self) -> under:
        """Inside, layers have the `trainable` flags that `compile` saw."""
        return under(trainable=self.trainable)

    def trained_variables(self) -> list[Variable]:
        """The variables that the optimizer moves."""
        with self.as_compiled():
            return list(trainable_weights_of(self.model))

    # what steps are made of

    def loss_of(self, batch: Batch, y_pred: Any, training: bool = True) -> Any:
        """The loss of a batch, by the model's `compute_loss`, which may ask whether it is trained on."""
        if batch.rows is not None:
            return self.compute_loss(batch, y_pred)
        compute = self.model.compute_loss
        asked = {"training": training} if "training" in inspect.signature(compute).parameters else {}
        return compute(x=batch[0], y=batch[1], y_pred=y_pred, sample_weight=batch[2], **asked)

    def compute_loss(self, batch: Batch, y_pred: Any) -> Any:
        """The loss given to `compile`, plus what layers add to it."""
        total = self.compiled_loss(batch, y_pred)
        for loss in self.model.losses:
            loss = engine.sum(engine.cast(engine.asarray(loss), "float32"))
            total = loss if total is None else total + loss
        if total is None:
            raise ValueError(
                f"Model `{self.model.name}` has nothing to minimise: give `compile` a `loss`, or call `add_loss` in a "
                "layer."
            )
        return total

    def compiled_loss(self, batch: Batch, y_pred: Any) -> Any:
        """The loss given to `compile`; `None` where none was."""
        _, y, sample_weight = batch
        losses = self.objective.losses_for(y_pred, self.output_names)
        return losses(y, tree.leaves(y_pred), sample_weight, batch.rows, batch.count)

    def metrics_of(self, batch: Batch, y_pred: Any) -> dict[str, Any]:
        """The logs after a batch, by the model's `compute_metrics`; those of a padded batch are asked for later."""
        x, y, sample_weight = batch
        if batch.rows is None:
            return self.model.compute_metrics(x, y, y_pred, sample_weight)
        self.objective.count(y, y_pred, sample_weight, batch.rows, self.output_names)
        return {}

    def scaled(self, loss: Any) -> Any:
        """The loss as it is differentiated."""
        scale = getattr(self.optimizer, "scale_loss", None)
        return scale(loss) if scale is not None else loss

    @property
    def output_names(self) -> list[str]:
        return self.model.__hornbeam__.output_names

    @property
    def listed_names(self) -> list[str]:
        """The names of what `evaluate` returns; before a batch those for targets that are like the outputs."""
        outputs = self.model.__hornbeam__.output_structure
        if self.objective.metrics is None and outputs is not None:
            return self.objective.expected_names(outputs, self.output_names)
        return self.objective.listed_names

    def further_optimizers(self) -> list[Any]:
        """The optimizers among the attributes of the model and its layers, beside the one given to `compile`."""
        values = (value for layer in flatten(self.model) for value in vars(layer).values())
        found = {id(value): value for value in values if isinstance(value, optimizers.Optimizer)}
        return [optimizer for optimizer in found.values() if optimizer is not self.optimizer]

    def _metrics(self) -> list[Any]:
        """The model's `metrics`, and what the built-in steps count by, which that list may leave out."""
        return [*self.model.metrics, *self.objective.counters]

    # programs

    def program(self, mode: str) -> Program:
        """The program for "train" or "test"; made anew when something that it looks at has changed."""
        program = self._programs.get(mode)
        if program is None or not program.is_current():
            with self.as_compiled(), remembering({}):
                program = self._programs[mode] = self._make(mode, program)
        return program

    def use_optimizer(self, optimizer: Any) -> None:
        """Train with another optimizer from now on."""
        self.optimizer = self.arguments["optimizer"] = optimizer
        self._programs.pop("train", None)

    @contextlib.contextmanager
    def trying(self, optimizer: Any) -> Iterator[None]:
        """Inside, another optimizer trains, with programs of its own."""
        before = self.optimizer, self.arguments["optimizer"], self._programs
        self.optimizer, self._programs = optimizer, {}
        try:
            yield
        finally:
            self.optimizer, self.arguments["optimizer"], self._programs = before

    def state_variables(self) -> list[Variable]:
        """All variables of the model, its metrics and its optimizers."""
        parts = (self.model, *self._metrics(), self.optimizer, *self.further_optimizers())
        return unique([variable for part in parts for variable in part.variables])

    def draws(self) -> dict[str, Any]:
        """The seeds and counts of draws without a seed, by the program that has them."""
        found = {mode: program.drawn for mode, program in self._programs.items()}
        return {mode: drawn for mode, drawn in found.items() if drawn is not None}

    def set_draws(self, found: dict[str, Any]) -> None:
        """Let draws without a seed go on from what `draws` gave."""
        self._programs.clear()
        for mode, drawn in found.items():
            self._generators[mode] = UnseededGenerator()
            self._generators[mode].go_on(drawn)

    def trace(self, data: Any) -> None:
        """Make what a training step makes when it first runs, such as a metric's variables; computes nothing."""
        with self.as_compiled():
            rehearsal.without_values(steps_of_backends.of_data(self.model, "train"), data)

    def run_elsewhere(self) -> resuming.Run:
        """What a callback that keeps a run is given in a loop of the user's own, which knows its data alone."""
        return resuming.Run(self, ())

    @property
    def programs(self) -> list[Program]:
        return list(self._programs.values())

    def _make(self, mode: str, previous: Program | None) -> Program:
        model, is_training = self.model, mode == "train"
        self.objective.number_names(held_metrics(model))
        step = steps_of_backends.of_data(model, mode)
        is_custom = self.overrides(f"{mode}_step")
        gives_logs = is_custom or self.overrides("compute_metrics")

        def run(batch: Batch) -> Any:
            with self.as_compiled(), discarded_losses(), under(known=Known()), lift.for_now(constants):
                with watched([*flatten(model), *model.metrics]):
                    logs = steps_of_backends.run(step, pack_x_y_sample_weight(*batch)) if is_custom else step(batch)
                if logs is None:
                    tell_of_nothing(self, f"{mode}_step")
                return numbers_by_name(logs, f"{mode}_step")

        further = [self.optimizer, *self.further_optimizers()] if is_training else []
        state = unique([v for part in (model, *self._metrics(), *further) for v in part.variables])
        moved = {id(v) for v in model.trainable_variables} if is_training else set()
        variables = [v for v in state if not v.trainable or id(v) in moved]
        constants = [v for v in state if v.trainable and id(v) not in moved]
        names = [*self.objective.names, *model.metrics_names[len(self.listed_names) :]]
        names_matter = gives_logs or self.overrides("get_metrics_result")
        seen = self._seen()
        return Program(
            (mode, tuple(names) if names_matter else len(names)),
            Fingerprint(self.optimizer, after=seen) if is_training else seen,
            run,
            variables,
            constants,
            result=None if gives_logs else partial(_results, model),
            counters=counters_of(model.metrics) if is_training else None,
            names=names,
            is_eager=model.run_eagerly or self.arguments["jit_compile"] is False,
            previous=previous,
            generator=self._generators.pop(mode, None),
        )

    def _seen(self) -> Fingerprint:
        """The fingerprint of what training and evaluation both look at; the same one while it holds."""
        objects = (self.model, *self.objective.seen)
        flags = tuple([layer.trainable for layer in flatten(self.model)])
        if self._looked_at is not None:
            known, known_flags, seen = self._looked_at
            is_same = flags == known_flags and all(map(operator.is_, objects, known))
            if is_same and seen.holds():
                return seen
        seen = Fingerprint(*objects, flags)
        self._looked_at = objects, flags, seen
        return seen

    def is_row_independent(self, mode: str) -> bool:
        """Whether a batch may be padded and its extra rows masked out without any effect on the result."""
        return (
            not self.overrides(f"{mode}_step", "compute_loss", "compute_metrics")
            and self.objective.row_independent
            and is_row_independent(self.model, training=mode == "train")
            and all(layer.activity_regularizer is None for layer in flatten(self.model))
            and not held_metrics(self.model)
        )


def _results(model: Any) -> Any:
    return numbers_by_name(type(model).get_metrics_result(model), "get_metrics_result")
