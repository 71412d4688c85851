"""`Trainer`: `fit`, `evaluate`, `predict` and the methods for single batches; every model is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Never

import numpy as np

from hornbeam.core import tree
from hornbeam.core.suggest import reject
from hornbeam.data import loaded
from hornbeam.training.loop import fit as loop
from hornbeam.training.loop import predict
from hornbeam.training.programs.batch import row_count
from hornbeam.training.steps import Steps


class Trainer(Steps):
    """What a model needs beside its layers in order to be trained."""

    if TYPE_CHECKING:

        @property
        def input_names(self) -> list[str]: ...

    stop_training = False
    history: Any = None

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

        Returns:
            A `History`: `history.history["loss"]` is the list of the epochs' losses.
        """
        reject(unknown, Trainer.fit)
        self._check_compiled("fit")
        return loop.fit(
            self,
            loaded(x, workers, use_multiprocessing, max_queue_size),
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
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        **unknown: Never,
    ) -> Any:
        """The loss and the metrics on data; forms of data and their workers as in `fit`.

        Returns:
            The loss, or the list `[loss, *metrics]` in the order of `metrics_names`, or a dict by name.
        """
        reject(unknown, Trainer.evaluate)
        self._check_compiled("evaluate")
        logs = loop.evaluate(
            self,
            loaded(x, workers, use_multiprocessing, max_queue_size),
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
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
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
        """
        reject(unknown, Trainer.predict)
        x = loaded(x, workers, use_multiprocessing, max_queue_size)
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
