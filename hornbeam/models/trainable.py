"""`Trainable`: a layer that can be compiled, trained, evaluated and asked for predictions; every model is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Never

import numpy as np

from hornbeam import callbacks as every_callback
from hornbeam.callbacks.learning_rate_curve import LearningRateCurve
from hornbeam.core import tree
from hornbeam.core.suggest import reject
from hornbeam.core.tracebacks import short_traceback
from hornbeam.data import with_workers
from hornbeam.data.packing import unpack_x_y_sample_weight
from hornbeam.layers.base.provided import provided
from hornbeam.models import named_tensors
from hornbeam.models.freezing import Freezing
from hornbeam.models.from_config import compile_from_config
from hornbeam.models.held_inputs import fed, fed_in_passes
from hornbeam.models.inputs import as_arrays
from hornbeam.models.late_metrics import compile_with
from hornbeam.models.state_tree import set_state_tree, state_tree
from hornbeam.models.steps import Steps, trainer_of
from hornbeam.training import doctor as doctors
from hornbeam.training.arguments import CompileArguments
from hornbeam.training.diagnosis import noting
from hornbeam.training.loop.evaluate import evaluate, run_on_batch
from hornbeam.training.loop.find_learning_rate import find_learning_rate
from hornbeam.training.loop.fit import fit
from hornbeam.training.loop.kept import kept
from hornbeam.training.loop.predict import predict
from hornbeam.training.programs.batch import row_count
from hornbeam.training.trainer import Trainer


class Trainable(Steps, Freezing):
    """The public methods of training; they work on any data that `data/` knows."""

    @short_traceback
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
            loss: a name, a `Loss` or a function `(y_true, y_pred)`; a list or dict of them for several outputs, nested
                as they are. `{"a": ["mse", "mae"]}` adds up; a function of yours for a nested output gets all of it.
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
        reject(unknown, Trainable.compile)
        arguments = CompileArguments(
            optimizer=optimizer,
            loss=loss,
            loss_weights=loss_weights,
            metrics=metrics,
            weighted_metrics=weighted_metrics,
            run_eagerly=run_eagerly,
            steps_per_execution=steps_per_execution,
            jit_compile=jit_compile,
            auto_scale_loss=auto_scale_loss,
        )
        self.__hornbeam__.run_state.trainer = Trainer(self, arguments, Steps)
        self.__hornbeam__.is_eager = bool(run_eagerly)
        self.__hornbeam__.run_state.stop_training = False
        named_tensors.find(self, *(arguments[name] for name in ("loss", "metrics", "weighted_metrics")))

    @short_traceback
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
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        doctor: bool = False,
        resume: Any = None,
        **unknown: Never,
    ) -> Any:
        """Train for some epochs.

        Args:
            x: inputs: an array, a list of arrays, a dict of arrays by input name, a DataFrame; an array on disk of any
                size (`numpy.memmap`, h5py, Zarr); a Parquet file, its path, or an Arrow table or dataset; or something
                that gives batches (a generator, a `PyDataset`, a torch `DataLoader`, a tf.data `Dataset`).
            y: targets, in the same forms, or the name of a column of a table; not with something that gives batches,
                which gives the targets too.
            batch_size: rows per step; 32 by default.
            epochs: the number of the last epoch.
            verbose: 0 is silent, 1 a progress bar, 2 a line per epoch; "auto" is 1 on a terminal or in a notebook.
            callbacks: `Callback`s, or any objects with some of their methods.
            validation_split: the share of rows at the end of the arrays that is held out, before shuffling.
            validation_data: `(x, y)`, `(x, y, sample_weight)` or something that gives batches, evaluated after epochs.
            shuffle: whether rows are shuffled before each epoch; large data on disk is shuffled by blocks of
                neighbouring rows and within windows of many blocks. "batch" keeps the rows of a batch together.
            class_weight: weights of the classes, in a dict; "balanced" weighs them by their frequency.
            sample_weight: weights of the rows, or of rows and steps.
            initial_epoch: where to go on from.
            steps_per_epoch: batches that make an epoch; all of them by default.
            validation_steps: batches to evaluate; all of them by default. Of a generator, the same in every epoch.
            validation_batch_size: `batch_size` by default.
            validation_freq: evaluate after every n-th epoch, or after the epochs listed.
            max_queue_size, workers, use_multiprocessing: how the batches of a `PyDataset` are got, instead of what it
                says itself; with `workers=0` no thread prepares batches of any kind.
            doctor: whether a `callbacks.Doctor` says what is wrong; `model.diagnosis` has what it found.
            resume: a folder that keeps the run, for the same call in another process, or a `BackupAndRestore`.

        Returns:
            A `History`: `history.history["loss"]` is the list of the epochs' losses.
        """
        if "metrics" in unknown:
            compile_with(self, unknown.pop("metrics"))
        reject(unknown, Trainable.fit)
        trainer = trainer_of(self, "fit")
        with noting(self):
            return fit(
                trainer,
                with_workers(fed(self, x), workers, use_multiprocessing, max_queue_size),
                y,
                batch_size=batch_size,
                epochs=epochs,
                verbose=verbose,
                callbacks=[callbacks, every_callback.Doctor()] if doctor else callbacks,
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
                resume=resume,
            )

    def check(self, x: Any, y: Any = None, **arguments: Any) -> Any:
        """What is wrong with the data and the model, before training; see `training/doctor/checking.py`.

        It neither trains nor raises for data that `fit` refuses. A generator gives it a batch, which `fit` then lacks.

        Args:
            x, y: as of `fit`.
            arguments: `validation_data`, `validation_split`, `batch_size`, `shuffle`, `class_weight` and
                `sample_weight`, as of `fit`; `thorough=True` also tries whether the model can learn four rows by heart.

        Returns:
            A `Diagnosis`: the findings, likeliest cause first; `.show()` prints them.
        """
        return doctors.check(trainer_of(self, "check"), x, y, **arguments)

    @provided
    def diagnosis(self) -> Any:
        """What was found in the last `fit`: by its `Doctor`, or what it warned of or refused."""
        return doctors.diagnosis_of(self)

    @short_traceback
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
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        **unknown: Never,
    ) -> Any:
        """The loss and the metrics on data; forms of data and their workers as in `fit`.

        Returns:
            The loss, or the list `[loss, *metrics]` in the order of `metrics_names`, or a dict by name.
        """
        reject(unknown, Trainable.evaluate)
        logs = evaluate(
            trainer_of(self, "evaluate"),
            with_workers(fed(self, x), workers, use_multiprocessing, max_queue_size),
            y,
            batch_size=batch_size,
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            callbacks=callbacks,
        )
        return logs if return_dict else _listed(self, logs)

    @short_traceback
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        cache: Any = None,
        **unknown: Never,
    ) -> Any:
        """The outputs for all rows of `x`, as NumPy arrays in the structure of the model's output.

        Args:
            x: inputs, in the forms of `fit`.
            batch_size: rows per step; chosen to be fast by default.
            verbose: as in `fit`.
            steps: batches to predict; all of them by default.
            callbacks: as in `fit`.
            max_queue_size, workers, use_multiprocessing: as in `fit`.
            cache: a folder where predictions are kept: those of the same weights for the same arrays are read from it
                the next time, as for the features of a pretrained body.
        """
        reject(unknown, Trainable.predict)
        if cache is not None:
            return kept(self, x, cache, steps, lambda: self.predict(x, batch_size, verbose, steps, callbacks))
        x, steps = fed_in_passes(self, x, steps)
        x = with_workers(x, workers, use_multiprocessing, max_queue_size)
        return predict(self, x, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks)

    def find_lr(self, x: Any, y: Any = None, batch_size: int | None = None, finder: Any = None) -> LearningRateCurve:
        """Train for some batches while the learning rate grows; then all is as it was before.

        Args:
            x, y, batch_size: as in `fit`.
            finder: a `LearningRateFinder`; by default from 1e-7 to 10 in 100 batches.

        Returns:
            The curve: `curve.suggestion` is a learning rate that should do, `curve.plot()` shows it.
        """
        return find_learning_rate(trainer_of(self, "find_lr"), finder, x, y, batch_size)

    @short_traceback
    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One training step on one batch; returns its loss and metrics, those before the step."""
        logs = run_on_batch(trainer_of(self, "train_on_batch"), "train", fed(self, x), y, sample_weight, class_weight)
        return logs if return_dict else _listed(self, logs)

    @short_traceback
    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """One evaluation step on one batch; returns its loss and metrics."""
        logs = run_on_batch(trainer_of(self, "test_on_batch"), "test", fed(self, x), y, sample_weight, None)
        return logs if return_dict else _listed(self, logs)

    @short_traceback
    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as NumPy arrays."""
        x = as_arrays(fed(self, x))
        rows = max(row_count(tree.map(np.asarray, x)), 1)
        return predict(self, x, batch_size=rows, verbose=0, steps=None, callbacks=None)

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of `compile`, in a form that JSON can hold; `None` when it was not called."""
        trainer = self.__hornbeam__.run_state.trainer
        return None if trainer is None else trainer.arguments.get_config()

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Call `compile` with what `get_compile_config` gave; a warning where that is not all that it takes."""
        compile_from_config(self, config, Trainable.compile)

    def make_train_function(self, force: bool = False) -> Callable[[Iterator[Any]], dict[str, Any]]:
        """A function that takes the next batch of an iterator, trains on it and gives the logs."""
        return _function_of_iterators(self, "train")

    def make_test_function(self, force: bool = False) -> Callable[[Iterator[Any]], dict[str, Any]]:
        """A function that takes the next batch of an iterator, evaluates it and gives the logs."""
        return _function_of_iterators(self, "test")

    def make_predict_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """A function that takes the next batch of an iterator and gives the outputs."""
        return lambda iterator: type(self).predict_on_batch(self, unpack_x_y_sample_weight(next(iterator))[0])

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables, in dicts by the parts of their paths.

        Args:
            value_format: "backend_tensor" for the engine's arrays, "numpy_array" for NumPy's.

        Returns:
            A dict of `trainable_variables`, `non_trainable_variables`, `optimizer_variables` and `metrics_variables`.
        """
        return state_tree(self, value_format)

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Assign what is in a tree such as `get_state_tree` gives; nothing when something in it has no place."""
        set_state_tree(self, state_tree)

    def compile_count(self) -> int:
        """How many times since `compile` this model had a step or its forward pass traced for compilation.

        Models of the same structure share what was compiled: for the second of them there is nothing left to do.
        """
        trainer, forward = self.__hornbeam__.run_state.trainer, self.__hornbeam__.run_state.forward
        programs = [*(trainer.programs if trainer is not None else []), *([forward] if forward is not None else [])]
        return sum(program.compilations for program in programs)


def _function_of_iterators(model: Trainable, mode: str) -> Callable[[Iterator[Any]], dict[str, Any]]:
    trainer = trainer_of(model, f"make_{mode}_function")

    def run(iterator: Iterator[Any]) -> dict[str, Any]:
        return run_on_batch(trainer, mode, *unpack_x_y_sample_weight(next(iterator)), None)

    return run


def _listed(model: Trainable, logs: dict[str, float]) -> Any:
    names = [name for name in model.metrics_names if name in logs]
    values = [logs[name] for name in [*names, *(name for name in sorted(logs) if name not in names)]]
    return values[0] if len(values) == 1 else values
