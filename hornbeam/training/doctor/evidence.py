"""`Evidence`: all that rules look at. Each part is gathered when a rule first asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import tree
from hornbeam.layers.core.embedding import Embedding
from hornbeam.training.doctor import harm, shown
from hornbeam.training.doctor.as_validated import as_validated
from hornbeam.training.doctor.data_view import Moments, Rows, moments_of
from hornbeam.training.doctor.outputs import Output, outputs_of
from hornbeam.training.doctor.reference import GLIMPSE, ROWS, Reference, features_of, references_of
from hornbeam.training.doctor.step import Facts, diagnostic_step
from hornbeam.training.doctor.trials import Trials, restored
from hornbeam.training.doctor.wiring import Wiring
from hornbeam.training.loop.predict import forward_of
from hornbeam.training.programs.batch import Batch

# What a run does not change.
_OF_DATA = ("wiring", "trained", "outputs", "validated", "are_tokens", "features", "moments")


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
        return shown.skill(self, output, self.in_use) if self.in_use else None

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
        return shown.skill(self, output, self.run.history, prefix)

    def right_answers(self, output: Output, prefix: str = "") -> np.ndarray | None:
        """The skill by an accuracy, epoch by epoch; `None` where there is none in the history."""
        return shown.right_answers(self.trainer, output, self.run.history, prefix)

    @cached_property
    def lags(self) -> bool:
        """Whether the validation shows less than regressions know of rows that they have not seen, beyond chance."""
        return any(harm.lags(self, *pair) for pair in zip(self.outputs, self.validated, strict=False))

    @cached_property
    def looks_good(self) -> bool:
        """Whether training and validation show most of what there is to know, so that little could come back."""
        skills = [self.shown_skill(output, part) for output in self.outputs for part in ("", "val_")]
        return self.run.is_finite and all(skill is not None and skill > 0.8 for skill in skills)

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
        return {output.name: harm.deficit(self, output) if has_trained else 0.0 for output in self.outputs}

    @property
    def rate(self) -> float | None:
        """The learning rate as a number; `None` where it has none."""
        try:
            return float(self.trainer.optimizer.learning_rate)
        except (TypeError, ValueError, AttributeError):
            return None
