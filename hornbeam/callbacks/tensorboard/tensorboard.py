"""`TensorBoard`: losses, metrics and weights in files that TensorBoard shows."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

from hornbeam.callbacks import learning_rate
from hornbeam.callbacks.base import Callback, Logs
from hornbeam.callbacks.tensorboard.event_file import EventFile
from hornbeam.callbacks.tensorboard.graph import graph_of
from hornbeam.callbacks.tensorboard.messages import graph, histogram, image, scalar
from hornbeam.callbacks.tensorboard.png import as_pixels
from hornbeam.callbacks.tensorboard.projector import write_vectors
from hornbeam.callbacks.tensorboard.summary import Summary
from hornbeam.core.integers import check_count, is_integer
from hornbeam.core.renaming.notice import warn_caller


class TensorBoard(Callback):
    """Writes events for `tensorboard --logdir logs`, under the names that Keras gives them; needs no TensorFlow.

    Each epoch: "epoch_loss" and the other numbers, those of the validation in a folder of their own, and the learning
    rate. Each evaluation: "evaluation_loss_vs_iterations" and so on, by the number of updates.

    Args:
        log_dir: where; each run in a folder of its own is shown as a line of its own.
        histogram_freq: every how many epochs there are histograms of all weights; 0 for never.
        write_graph: whether the graph of a functional or sequential model is written, for the page of that name.
        write_images: whether weights are written as images, with the histograms.
        write_steps_per_second: whether there are the steps per second.
        update_freq: "epoch", or every how many batches there is also "batch_loss" and so on; "batch" for each.
        profile_batch: must be 0: profile `fit` with the engine's own tools, as the warning says.
        embeddings_freq: every how many epochs the vectors of embeddings are written for the projector; 0 for never.
        embeddings_metadata: a file with a line about each vector, or a dictionary of such files by layer's name.

    Attributes:
        log_dir: the folder; the files of training are in "train" there, those of evaluations in "validation".

    >>> from hornbeam.callbacks import TensorBoard
    >>> board = TensorBoard("logs/first", histogram_freq=1)
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: str | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ):
        if update_freq not in ("epoch", "batch") and not is_integer(update_freq, 1):
            raise ValueError(
                f'`update_freq` must be "epoch", "batch" or a positive integer. Received: update_freq={update_freq!r}.'
            )
        if profile_batch not in (0, None):
            warn_caller(
                "TensorBoard: `profile_batch` must be 0, nothing is profiled. Call `fit` inside of "
                f"`with jax.profiler.trace({os.fspath(log_dir)!r}):` or, on PyTorch, of `with torch.profiler.profile("
                f"on_trace_ready=torch.profiler.tensorboard_trace_handler({os.fspath(log_dir)!r})):`. "
                f"Received: profile_batch={profile_batch!r}."
            )
        for name, value in (("histogram_freq", histogram_freq), ("embeddings_freq", embeddings_freq)):
            check_count(name, value)
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._files: dict[str, EventFile] = {}
        self._began = 0, 0.0  # updates and time, at the beginning of the epoch
        self._batch = 0, 0.0  # batches and time, when the last batch was written
        self._batches = 0
        self._last_batch = -1

    @property
    def summary(self) -> Summary:
        """Writes what you like beside it: `board.summary.scalar("temperature", 0.5, step=epoch)`."""
        return Summary(self._file("train"), self._updates)

    def _implements_train_batch_hooks(self) -> bool:
        return self.update_freq != "epoch"

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._files = {}
        self._batch = 0, time.perf_counter()
        self._batches = 0
        self._last_batch = -1
        definition = graph_of(self.model) if self.write_graph else None
        if definition is not None:
            self._file("train").add(graph(definition))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._began = self._updates(), time.perf_counter()
        self._last_batch = -1

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += batch - self._last_batch
        self._last_batch = batch
        before, then = self._batch
        if before and self._batches - before < int(self.update_freq):
            return
        numbers = {f"batch_{name}": value for name, value in (logs or {}).items()}
        if self.write_steps_per_second:
            numbers["batch_steps_per_second"] = (self._batches - before) / (time.perf_counter() - then)
        self._write("train", self._batches - 1, numbers)
        self._batch = self._batches, time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        logs = dict(logs or {})
        found = {name: value for name, value in logs.items() if name.startswith("val_")}
        numbers = {name: value for name, value in logs.items() if name not in found}
        if self.write_steps_per_second:
            updates, then = self._began
            numbers["steps_per_second"] = (self._updates() - updates) / (time.perf_counter() - then)
        numbers |= learning_rate.rates(self.model)
        self._write("train", epoch, {f"epoch_{name}": value for name, value in numbers.items()})
        self._write("validation", epoch, {f"epoch_{name[4:]}": value for name, value in found.items()})
        if _is_due(epoch, self.histogram_freq):
            self._write_weights(epoch)
        if _is_due(epoch, self.embeddings_freq):
            write_vectors(os.path.join(self.log_dir, "train"), self.model, self.embeddings_metadata)

    def on_test_end(self, logs: Logs | None = None) -> None:
        numbers = {f"evaluation_{name}_vs_iterations": value for name, value in (logs or {}).items()}
        self._write("validation", self._updates(), numbers)

    def state_dict(self) -> Logs:
        """How many batches there were: times and files are those of a process."""
        return {"_batches": self._batches, "_last_batch": self._last_batch}

    def _updates(self) -> int:
        optimizer = getattr(self.model, "optimizer", None)
        return 0 if optimizer is None else int(optimizer.iterations)

    def _write(self, which: str, step: int, numbers: dict[str, Any]) -> None:
        single = {name: np.asarray(value, "float64") for name, value in numbers.items()}
        values = [scalar(name, float(value)) for name, value in single.items() if value.ndim == 0]
        if values:
            self._file(which).write(step, values)

    def _write_weights(self, epoch: int) -> None:
        values = []
        for weight in self.model.weights:
            numbers = weight.numpy()
            values.append(histogram(f"{weight.path}/histogram", numbers))
            if self.write_images and numbers.size:
                values.append(image(f"{weight.path}/image", as_pixels(numbers)))
        if values:
            self._file("train").write(epoch, values)

    def _file(self, which: str) -> EventFile:
        if which not in self._files:
            self._files[which] = EventFile(os.path.join(self.log_dir, which))
        return self._files[which]


def _is_due(epoch: int, frequency: int) -> bool:
    return frequency > 0 and epoch % frequency == 0
