"""`Evidence`: all that rules look at. Each part is gathered when a rule first asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.core.declarations import of
from hornbeam.layers.core.embedding import Embedding
from hornbeam.training.doctor.as_validated import as_validated
from hornbeam.training.doctor.data_view import Moments, Rows, moments_of
from hornbeam.training.doctor.outputs import Output, constant_loss, is_linear, outputs_of
from hornbeam.training.doctor.reference import GLIMPSE, ROWS, Reference, features_of, references_of
from hornbeam.training.doctor.step import Facts, diagnostic_step
from hornbeam.training.doctor.trials import Trials, restored
from hornbeam.training.doctor.wiring import Wiring
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.programs.batch import Batch

#: The regressions' skill is that of some hundred rows, give or take so much.
MARGIN = 0.12
# What a run does not change.
_OF_DATA = ("wiring", "trained", "outputs", "validated", "are_tokens", "features", "moments")
#: Targets of neighbours in mixed rows correlate by 0, in sorted ones nearly by 1.
SORTED = 0.8


@dataclass
class Settings:
    """What `fit` was told beside the data."""

    batch_size: int | None = 32
    shuffle: bool | str = True
    class_weight: Any = None
    is_split: bool = False  # whether the validation is cut off at the end of the rows


class Evidence:
    """The evidence about one model and its data.

    Args:
        trainer: of a model that is built.
        train: rows of the training.
        validation: rows of the validation, if there is one.
        settings: what `fit` was told.
        run: what training has left (`Run`); `None` before it.
        everything: all inputs and targets of the training, where they are in memory.
    """

    def __init__(
        self, trainer: Any, train: Rows, validation: Rows | None = None, settings: Settings | None = None,
        run: Any = None, everything: tuple[Any, Any] | None = None,
    ):  # fmt: skip
        self.trainer, self.model = trainer, trainer.model
        self.everything = everything
        self.train, self.validation = train, validation
        self.settings = settings or Settings()
        self.run = run
        self.may_try = True

    def after(self, run: Any, may_try: bool) -> Evidence:
        """The evidence after a run over the same rows."""
        after = Evidence(self.trainer, self.train, self.validation, self.settings, run, self.everything)
        after.may_try = may_try
        after.__dict__.update({name: value for name, value in self.__dict__.items() if name in _OF_DATA})
        return after

    @cached_property
    def wiring(self) -> Wiring:
        return Wiring(self.model)

    @cached_property
    def trained(self) -> list[Any]:
        """The variables that the optimizer moves."""
        return self.trainer.trained_variables()

    @cached_property
    def outputs(self) -> list[Output]:
        """The outputs, with the targets of `train`."""
        return outputs_of(self.trainer, self.train.y)

    @cached_property
    def validated(self) -> list[Output]:
        """The outputs, with the targets of `validation`."""
        return [] if self.validation is None else outputs_of(self.trainer, self.validation.y)

    @cached_property
    def are_tokens(self) -> list[bool]:
        """Whether each input is looked up in a table."""
        readers = [self.wiring.first_readers(i) for i in range(len(self.train.inputs))]
        return [any(isinstance(node.operation, Embedding) for node in nodes) for nodes in readers]

    @cached_property
    def moments(self) -> list[Moments | None]:
        """Of each input's columns; `None` for what is no numbers."""
        return [moments_of(x) if x.dtype.kind in "iufb" and len(x) else None for x in self.train.inputs]

    @cached_property
    def features(self) -> np.ndarray:
        """The inputs of `train` as one standardized table."""
        return features_of(self.train.inputs, self.are_tokens)

    @cached_property
    def references(self) -> dict[str, Reference]:
        """How well each output can be predicted at least, where that is a matter of numbers or classes."""
        return references_of(self, ROWS)

    @cached_property
    def glimpses(self) -> dict[str, Reference]:
        """The same by half of the rows, for a fifth of the time."""
        return references_of(self, GLIMPSE)

    def likeness_of_neighbours(self, output: Output) -> float:
        """How far the targets of neighbours correlate, in batches as they come; 0 where rows are shuffled."""
        y = output.vectors
        if self.settings.shuffle is True or self.train.rows is None or y is None or len(y) < 20 or y.shape[1] > 200:
            return 0.0
        y = y - y.mean(0)
        return float((y[1:] * y[:-1]).sum() / max((y**2).sum(), 1e-300))

    @property
    def all_train(self) -> tuple[list[np.ndarray], Any]:
        """All rows of the training's inputs, and its targets."""
        if self.everything is None:
            return self.train.inputs, self.train.y
        x, y = self.everything
        return [np.asarray(leaf) for leaf in tree.leaves(x) if leaf is not None], y

    def initial(self, variable: Any) -> np.ndarray | None:
        """What a weight held before training; `None` where that was not kept."""
        if self.run is None:
            return np.asarray(variable.numpy())
        return None if self.run.first is None else self.run.first.get(variable)

    # what training was like

    @cached_property
    def trials(self) -> Trials:
        return Trials(self)

    @cached_property
    def few(self) -> Rows:
        """As many rows of the training as one batch of the diagnostic step has."""
        return self.train.take(np.linspace(0, self.train.size - 1, min(self.train.size, 256)).astype(int))

    @cached_property
    def first_step(self) -> Facts | None:
        """The diagnostic step at the weights that training started from."""
        if self.run is None:
            return diagnostic_step(self.trainer, self.few)
        if self.run.first is None:
            return None
        with restored(self.trainer):
            self.run.go_back(self.trainer)
            return diagnostic_step(self.trainer, self.few)

    @cached_property
    def last_step(self) -> Facts | None:
        """The diagnostic step at the weights as they are."""
        return diagnostic_step(self.trainer, self.few)

    @cached_property
    def train_skills(self) -> dict[str, float]:
        """How good the model is at each output, in inference mode, on rows of the training."""
        return self._skills(self.train, self.outputs)

    @cached_property
    def validation_skills(self) -> dict[str, float]:
        """The same on rows of the validation."""
        return {} if self.validation is None else self._skills(self.validation, self.validated)

    @cached_property
    def in_use(self) -> dict[str, list[float]]:
        """What the history would show of the training if it were the validation; nothing where there is none."""
        return as_validated(self.trainer, self.run.source, self.run.validation)

    def skill_in_use(self, output: Output) -> float | None:
        """How good the model is in inference mode on rows of the training, found without compiling anything."""
        return self._shown(output, self.in_use) if self.in_use else None

    def _skills(self, rows: Rows, outputs: list[Output]) -> dict[str, float]:
        predicted = tree.leaves(forward_of(self.model).run_batch(Batch.of(rows.x)))
        known = [o.labels is not None or o.kind == "numbers" for o in outputs]
        return {
            o.name: o.skill(np.asarray(engine.to_numpy(p), np.float64))
            for o, p, is_known in zip(outputs, predicted, known, strict=True)
            if is_known
        }

    def shown_skill(self, output: Output, prefix: str = "") -> float | None:
        """The skill that the history shows in the last epoch: by an accuracy, or by the loss; `None` where by neither.

        While weights move and units are dropped, it is lower than in inference mode.
        """
        return self._shown(output, self.run.history, prefix)

    def _shown(self, output: Output, history: dict[str, list[Any]], prefix: str = "") -> float | None:
        right = self._right_answers(output, history, prefix)
        if right is not None:
            return float(right[-1])
        values = history.get(prefix + ("loss" if len(self.outputs) == 1 else f"{output.name}_loss"))
        if not values or output.target is None:
            return None
        worst = constant_loss(output)
        return None if worst is None else float(1 - values[-1] / max(worst, 1e-12))

    def right_answers(self, output: Output, prefix: str = "") -> np.ndarray | None:
        """The skill by an accuracy, epoch by epoch; `None` where there is none in the history."""
        return self._right_answers(output, self.run.history, prefix)

    def _right_answers(self, output: Output, history: dict[str, list[Any]], prefix: str) -> np.ndarray | None:
        metrics, names = self.trainer.objective.metrics, self.trainer.objective.losses.outputs.names
        if metrics is None or output.labels is None:
            return None
        for entry in metrics.entries:
            values = history.get(prefix + entry.name)
            is_accuracy = of(entry.metric, "compares") in ("largest unit", "threshold")
            if values and is_accuracy and entry.output == names.index(output.name):
                common = np.bincount(output.labels.ravel()).max() / output.labels.size
                return (np.array(values, float) - common) / max(1 - common, 1e-9)
        return None

    @cached_property
    def lags(self) -> bool:
        """Whether the validation shows less than regressions know of rows that they have not seen, beyond chance."""
        return any(self._lags(*pair) for pair in zip(self.outputs, self.validated, strict=False))

    def _may_lag(self, output: Output) -> bool:
        shown, glimpse = self.shown_skill(output, "val_"), self.glimpses.get(output.name)
        return shown is not None and glimpse is not None and shown < self._as_shown(glimpse, output) - MARGIN

    def _lags(self, output: Output, validated: Output) -> bool:
        shown = self.shown_skill(output, "val_")
        if shown is None or not self._may_lag(output):
            return False
        reference = self.references[output.name]
        error = float(np.hypot(reference.error, validated.error_of(shown)))
        return shown < self._as_shown(reference, output) - max(MARGIN, 1.5 * error)

    def _as_shown(self, reference: Reference, output: Output) -> float:
        """What a regression knows by the measure that the history has.

        Of classes without an accuracy that is a loss; of numbers whose errors are not squared, the root of what is
        left: errors half as large are a quarter when squared.
        """
        if is_linear(output):
            return 1 - max(0.0, 1 - reference.skill) ** 0.5
        by_loss = output.labels is not None and self.right_answers(output) is None
        return reference.score if by_loss else reference.skill

    @cached_property
    def looks_good(self) -> bool:
        """Whether training and validation show most of what there is to know, so that little could come back."""
        shown = [self.shown_skill(output, part) for output in self.outputs for part in ("", "val_")]
        return self.run.is_finite and all(skill is not None and skill > 0.8 for skill in shown)

    @cached_property
    def deficit(self) -> float:
        """How much worse the model is than it should be, at its worst output: 0 where it is not.

        It should be as good on the rows that it has seen as regressions are on rows that they have not.
        """
        return max(self.deficits.values(), default=0.0)

    @cached_property
    def deficits(self) -> dict[str, float]:
        """The same of each output."""
        has_trained = self.run is not None and self.run.losses
        return {output.name: self._deficit(output) if has_trained else 0.0 for output in self.outputs}

    def _deficit(self, output: Output) -> float:
        if output.labels is None and output.kind != "numbers":
            return 0.0
        # What is shown of rows in the order of their targets was learnt a moment ago, and is forgotten at the end.
        is_sorted = self.likeness_of_neighbours(output) > SORTED
        shown = -1.0 if not self.run.is_finite else None if is_sorted else self.shown_skill(output)
        if shown is not None and (shown > 0.9 or self._is_enough(shown, output)):
            return 0.0
        if shown is None and not is_sorted and self._has_fallen:
            return 0.0
        reference = self.references.get(output.name)
        if reference is None:
            return 0.0 if self.run.is_finite else 1.0
        # Two standard errors: of rows that are hard to predict, 256 say little about what can be known.
        margin = max(MARGIN, 2 * reference.error)
        wanted = reference.skill - margin
        enough = self._as_shown(reference, output) - margin
        if wanted <= 0 or (shown is not None and shown >= enough) or self._is_well_in_use(output, enough):
            return 0.0
        skill = self.train_skills.get(output.name, 0.0) if self.run.is_finite else -1.0
        return max(0.0, reference.skill - skill) if skill < wanted else 0.0

    def _is_well_in_use(self, output: Output, enough: float) -> bool:
        """Whether a model that shows too little while units are dropped and weights move knows enough afterwards."""
        skill = self.skill_in_use(output) if self.run.is_finite else None
        return skill is not None and skill >= enough

    @property
    def _has_fallen(self) -> bool:
        """Whether the loss has lost a tenth and more: all that can be asked where its formula is not known."""
        first, last = self.run.losses[0], self.run.losses[-1]
        return bool(len(self.run.losses) > 1 and last < first - 0.1 * abs(first))

    def _is_enough(self, shown: float, output: Output) -> bool:
        """Whether a model knows as much of its rows as regressions on 128 of them know of the others.

        Such a model is not harmed, since twice the rows would not make them better by the margin. Most that train well
        are; it is asked first because it takes a fifth of the time.
        """
        glimpse = self.glimpses.get(output.name)
        return glimpse is not None and shown >= self._as_shown(glimpse, output)

    @property
    def rate(self) -> float | None:
        """The learning rate as a number; `None` where it has none."""
        try:
            return float(self.trainer.optimizer.learning_rate)
        except (TypeError, ValueError, AttributeError):
            return None
