"""What Keras 2's models have and today's have not: `hornbeam.core.old_names.members` says so of each."""

from __future__ import annotations

import types
from typing import Any, Never

import numpy as np

from hornbeam import saving
from hornbeam.core.renaming.generators import takes_samples
from hornbeam.core.renaming.notice import say
from hornbeam.core.tape import plain
from hornbeam.layers import Dense, EinsumDense
from hornbeam.layers.base.tracking import flatten
from hornbeam.legacy.training_graph import graph_of, standardized
from hornbeam.training.programs.batch import Batch

_SAME_IN_TRAINING = (Dense, EinsumDense)  # which are told all the same


class Model:
    """Its members are those of `hornbeam.Model`."""

    name: str

    @takes_samples
    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """`fit`, which takes generators, too."""
        _say(self, "fit")
        return _own(self).fit(
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
            **_workers(max_queue_size, workers, use_multiprocessing),
        )

    @takes_samples
    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int | str = 0,
    ) -> Any:
        """`evaluate`, which takes generators, too."""
        _say(self, "evaluate")
        settings = _workers(max_queue_size, workers, use_multiprocessing)
        return _own(self).evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose, **settings)

    @takes_samples
    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int | str = 0,
    ) -> Any:
        """`predict`, which takes generators, too."""
        _say(self, "predict")
        settings = _workers(max_queue_size, workers, use_multiprocessing)
        return _own(self).predict(generator, steps=steps, callbacks=callbacks, verbose=verbose, **settings)

    def load_model(self, filepath: Any, custom_objects: Any = None, compile: bool = True) -> Any:
        """`hornbeam.models.load_model`, which some course notes call of the model that was saved."""
        say("load_model", "`load_model` is no method: `hornbeam.models.load_model(path)` gives another model.")
        return saving.load_model(filepath, custom_objects, compile)

    @property
    def total_loss(self) -> Any:
        """The loss as a symbolic tensor that depends on `inputs`, `targets` and `sample_weights`."""
        return graph_of(self).total_loss

    @property
    def targets(self) -> list[Any]:
        """An input of the loss's graph for the targets of each output."""
        return graph_of(self).targets

    @property
    def sample_weights(self) -> list[Any]:
        """An input of the loss's graph for the weights of the rows, for each output."""
        return graph_of(self).sample_weights

    @property
    def _feed_inputs(self) -> list[Any]:
        """The inputs."""
        return list(_own(self).inputs)

    @property
    def _feed_targets(self) -> list[Any]:
        """`targets`."""
        return graph_of(self).targets

    @property
    def _feed_sample_weights(self) -> list[Any]:
        """`sample_weights`."""
        return graph_of(self).sample_weights

    def _standardize_user_data(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        check_array_lengths: bool = True,
        batch_size: int | None = None,
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Lists of arrays for the inputs and targets of the loss's graph, and of the weights of the rows."""
        return standardized(self, x, y, sample_weight, class_weight)

    def run_internal_graph(self, inputs: Any, masks: Any = None) -> Any:
        """The outputs for `inputs`; masks come with the inputs."""
        return _own(self).call(inputs)

    def reset_states(self) -> None:
        """Make every stateful layer begin anew with the next batch."""
        for layer in flatten(_own(self)):
            if layer is not self and hasattr(layer, "reset_state"):
                layer.reset_state()

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps states from one batch to the next."""
        single = [layer for layer in flatten(_own(self)) if not hasattr(layer, "save_weights")]  # those of models, too
        return any(getattr(layer, "stateful", False) for layer in single)

    @property
    def state_updates(self) -> list[Any]:
        """What remains to be done after a call: nothing, since states are assigned in it."""
        return []

    @property
    def uses_learning_phase(self) -> bool:
        """Whether a layer is told if the model is being trained."""
        asked = [
            layer for layer in flatten(_own(self)) if layer is not self and not isinstance(layer, _SAME_IN_TRAINING)
        ]
        return any(type(layer).__hornbeam_call__.training for layer in asked)

    @property
    def compiled_loss(self) -> Any:
        """The loss given to `compile`, as a function that steps of tf.keras call; the loss's running mean counts it."""
        trainer = _own(self).__hornbeam__.run_state.trainer

        def loss(y_true: Any, y_pred: Any, sample_weight: Any = None, regularization_losses: Any = None) -> Any:
            batch = Batch.of(y_true, y_true, sample_weight)
            total = sum(regularization_losses or [], start=trainer.compiled_loss(batch, y_pred))
            trainer.objective.loss_tracker.update_state(total, sample_weight=batch.count)
            return total

        return loss

    @property
    def compiled_metrics(self) -> Any:
        """The metrics given to `compile`, which steps of tf.keras tell of a batch by `update_state`."""
        trainer = _own(self).__hornbeam__.run_state.trainer

        def update_state(y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            trainer.objective.count(y_true, plain(y_pred), sample_weight, None, trainer.output_names)

        return types.SimpleNamespace(update_state=update_state)

    def to_yaml(self, **_: Any) -> Never:
        """Not written: nothing reads YAML, whose texts can run code."""
        raise ValueError(f"Model `{self.name}` is described as JSON, with `to_json()`, and not as YAML.")


class Sequential:
    """Its members are those of `hornbeam.Sequential`."""

    name: str

    def predict_classes(self, x: Any, batch_size: int | None = 32, verbose: int | str = 0) -> np.ndarray:
        """The number of the likeliest class in each row; of a single output, whether it is above 0.5."""
        y = _own(self).predict(x, batch_size=batch_size, verbose=verbose)
        return y.argmax(-1) if y.shape[-1] > 1 else (y > 0.5).astype("int32")

    def predict_proba(self, x: Any, batch_size: int | None = 32, verbose: int | str = 0) -> Any:
        """`predict`."""
        _say(self, "predict", "predict_proba")
        return _own(self).predict(x, batch_size=batch_size, verbose=verbose)

    @property
    def model(self) -> Any:
        """The model itself."""
        return self


def _own(model: Any) -> Any:
    return model


def _say(model: Any, new: str, old: str | None = None) -> None:
    old = old or f"{new}_generator"
    say((old, "->", new), f"`{old}` of `{type(model).__name__}` is now called `{new}`.")


def _workers(max_queue_size: int, workers: int, use_multiprocessing: bool) -> dict[str, Any]:
    """What was asked for; the settings of a `PyDataset` stay where nothing was."""
    given = {"max_queue_size": max_queue_size, "workers": workers, "use_multiprocessing": use_multiprocessing}
    defaults = {"max_queue_size": 10, "workers": 1, "use_multiprocessing": False}
    return {name: value for name, value in given.items() if value != defaults[name]}
