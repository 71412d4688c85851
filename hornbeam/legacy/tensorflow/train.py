"""`tf.train`: checkpoints, each a file of arrays, `prefix-1.npz`, beside which `checkpoint` names the last one."""

from __future__ import annotations

import glob
import os
from typing import Any

import numpy as np

from hornbeam import optimizers
from hornbeam.core.variable import Variable
from hornbeam.legacy.tensorflow import renamed
from hornbeam.legacy.tensorflow.records import BytesList, Example, Feature, Features, FloatList, Int64List

__all__ = ["BytesList", "Example", "Feature", "Features", "FloatList", "Int64List"]


class Checkpoint:
    """The variables of models, layers and optimizers, to be saved and restored together.

    Args:
        root: an object whose variables have no name of their own here.
        **objects: others, by the names that they have in files.
    """

    def __init__(self, root: Any = None, **objects: Any):
        self._objects = objects if root is None else {"root": root, **objects}
        vars(self).update(objects)
        self.save_counter = 0

    def save(self, file_prefix: Any, options: Any = None) -> str:
        """Write the next file, and give its name without the suffix."""
        self.save_counter += 1
        return self.write(f"{os.fspath(file_prefix)}-{self.save_counter}")

    def write(self, file_prefix: Any, options: Any = None) -> str:
        """Write a file of this name."""
        path = os.fspath(file_prefix)
        folder = os.path.dirname(path) or "."
        os.makedirs(folder, exist_ok=True)
        arrays: Any = {f"{name}/{i}": v.numpy() for name, part in self._variables().items() for i, v in enumerate(part)}
        np.savez(f"{path}.npz", **arrays)
        with open(os.path.join(folder, "checkpoint"), "w", encoding="utf-8") as file:
            file.write(os.path.basename(path))
        return path

    def restore(self, save_path: Any, options: Any = None) -> Checkpoint:
        """Assign what a file holds; `None`, which `latest_checkpoint` gives where there is none, changes nothing.

        Raises:
            ValueError: where an object has other variables than the file.
        """
        if save_path is None:
            return self
        with np.load(f"{os.fspath(save_path)}.npz", allow_pickle=False) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
        for name, part in self._variables().items():
            shapes = [stored[f"{name}/{i}"].shape for i in range(len(part)) if f"{name}/{i}" in stored]
            if shapes != [tuple(v.shape) for v in part] or f"{name}/{len(part)}" in stored:
                raise ValueError(
                    f"`{name}` of the checkpoint has {sum(key.startswith(f'{name}/') for key in stored)} variables and "
                    f"here {len(part)}, or of other shapes: build it, by calling it on data, before `restore`. "
                    f"Received: {save_path!r}."
                )
        for name, part in self._variables().items():
            for i, variable in enumerate(part):
                variable.assign(stored[f"{name}/{i}"])
        return self

    read = restore

    def expect_partial(self) -> Checkpoint:
        """Nothing more: all of the objects were restored."""
        return self

    assert_consumed = assert_existing_objects_matched = expect_partial

    def _variables(self) -> dict[str, list[Variable]]:
        parts = {name: [x] if isinstance(x, Variable) else x for name, x in self._objects.items()}
        return {name: list(getattr(part, "variables", part)) for name, part in parts.items() if _is_stored(part)}


def _is_stored(part: Any) -> bool:
    return isinstance(part, list) or hasattr(part, "variables")


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The name of the last file that was written to a folder; `None` where there is none."""
    path = os.path.join(os.fspath(checkpoint_dir), latest_filename or "checkpoint")
    if not os.path.isfile(path):
        weights = glob.glob(os.path.join(glob.escape(os.fspath(checkpoint_dir)), "*.weights.h5"))  # `ModelCheckpoint`'s
        return max(weights, key=lambda file: (os.stat(file).st_mtime_ns, file), default=None)
    with open(path, encoding="utf-8") as file:
        return os.path.join(os.fspath(checkpoint_dir), file.read())


class CheckpointManager:
    """Numbered checkpoints in a folder, of which the last few are kept."""

    def __init__(self, checkpoint: Checkpoint, directory: Any, max_to_keep: int | None = 5, **settings: Any):
        self._checkpoint, self._folder, self._most = checkpoint, os.fspath(directory), max_to_keep
        self._name = settings.get("checkpoint_name", "ckpt")
        self.checkpoints: list[str] = []

    @property
    def latest_checkpoint(self) -> str | None:
        """The name of the last one."""
        return latest_checkpoint(self._folder)

    def save(self, checkpoint_number: int | None = None, **_: Any) -> str:
        """Write the next one, and take away the one that is too many."""
        self._checkpoint.save_counter = max(self._checkpoint.save_counter, len(self.checkpoints))
        path = self._checkpoint.save(os.path.join(self._folder, self._name))
        self.checkpoints.append(path)
        while self._most and len(self.checkpoints) > self._most:
            os.remove(f"{self.checkpoints.pop(0)}.npz")
        return path


def AdamOptimizer(learning_rate: Any = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Any:
    """`keras.optimizers.Adam`, as TensorFlow 1 wrote it."""
    return optimizers.Adam(learning_rate, beta1, beta2, epsilon)


def GradientDescentOptimizer(learning_rate: Any, *_: Any, **__: Any) -> Any:
    """`keras.optimizers.SGD`."""
    return optimizers.SGD(learning_rate)


def MomentumOptimizer(learning_rate: Any, momentum: float, use_nesterov: bool = False, **_: Any) -> Any:
    """`keras.optimizers.SGD` with momentum."""
    return optimizers.SGD(learning_rate, momentum, nesterov=use_nesterov)


def RMSPropOptimizer(learning_rate: Any, decay: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-10) -> Any:
    """`keras.optimizers.RMSprop`."""
    return optimizers.RMSprop(learning_rate, decay, momentum, epsilon)


def AdagradOptimizer(learning_rate: Any, initial_accumulator_value: float = 0.1, **_: Any) -> Any:
    """`keras.optimizers.Adagrad`."""
    return optimizers.Adagrad(learning_rate, initial_accumulator_value)


__getattr__ = renamed.names_of("train")
