"""The diagnostic step: forward and backward on some rows, with statistics of every layer's output and gradient.

It is compiled only when a cheaper rule is suspicious. Layers are watched while they are called (`core/running.py`), so
it sees models of any kind, and what happens inside custom ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.core import lift, tree
from hornbeam.core.declarations import of
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.running import running, under
from hornbeam.core.serialization import is_builtin
from hornbeam.layers.base.call import calls_layers_only
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.tracking import flatten, unique
from hornbeam.training.doctor.data_view import Rows
from hornbeam.training.doctor.wiring import path_of
from hornbeam.training.programs.batch import Batch
from hornbeam.training.programs.program import Program

# A layer is dead or saturated when nearly all of its units are, on nearly every row: some units always are.
NEARLY_ALL = 0.9
_FLAT = 0.99
# Of a layer of fewer units, one that is dead means that there are too few.
FEW = 4


@dataclass
class Facts:
    """What the step found.

    Attributes:
        outputs: for each layer that was called, by path: the largest and smallest output of each unit, and the share
            of outputs beyond ±0.99.
        gradients: the norms of the gradients by weight, in the order of the layers.
        loss: of the rows.
    """

    outputs: dict[str, tuple[Any, np.ndarray, np.ndarray, float]]
    gradients: dict[str, float]
    weights: dict[str, float]
    loss: float

    def dead(self, least: int = FEW) -> list[str]:
        """Layers of so many units that end in a ReLU and give 0 for nearly every row and unit."""
        return [
            path
            for path, (layer, high, _, _) in self.outputs.items()
            if len(high) >= least and np.mean(high <= 0) > NEARLY_ALL and _is_rectifier(of(layer, "last_activation"))
        ]

    def saturated(self) -> list[str]:
        """Hidden layers that end in a sigmoid or tanh, nearly all of whose outputs are on its flat ends."""
        ends = list(self.outputs)[-1:]
        return [
            path
            for path, (layer, high, low, flat) in self.outputs.items()
            if path not in ends and flat > NEARLY_ALL and high.max() <= 1.0001 and low.min() >= -1.0001
            and _bounded(of(layer, "last_activation"))
        ]  # fmt: skip

    def kernels(self) -> list[tuple[str, float]]:
        """The norm of each kernel's gradient, relative to the square root of its size, from the first layer on."""
        return [(p, g) for p, g in self.gradients.items() if "kernel" in p]


def _is_rectifier(activation: Any) -> bool:
    if activation is None:
        return False
    given = np.asarray(activation(np.array([[-1000.0], [-1.0], [2.0]], np.float32)), np.float64).ravel()
    return bool(given[0] == 0 and given[1] == 0 and given[2] == 2)


def _bounded(activation: Any) -> bool:
    if activation is None:
        return False
    given = np.asarray(activation(np.array([[-1e4, 1e4]], np.float32)), np.float64)
    return bool(np.abs(given).max() <= 1.001 and given.max() == 1)


def diagnostic_step(trainer: Any, rows: Rows) -> Facts | None:
    """One step without an update, at the weights as they are; compiled once for all models of a structure.

    Returns:
        `None` where the model has steps of its own that no loss can be asked of.
    """
    if trainer.overrides("train_step") and trainer.objective.loss is None:
        return None
    trained, layers = trainer.trained_variables(), flatten(trainer.model)
    program = _program(trainer, trained, layers)
    loss, found, norms = program.run_batch(Batch.of(rows.x, rows.y, rows.weights))
    host = lambda x: np.asarray(engine.to_numpy(x), np.float64)  # noqa: E731
    outputs = {
        path_of(layers[i]): (layers[i], host(high), host(low), float(host(flat)))
        for i, (high, low, flat) in zip(program.facts["seen"], found, strict=True)
    }
    gradients = {v.path: float(host(norm)) for v, norm in zip(trained, norms, strict=True)}
    weights = {v.path: float(np.linalg.norm(np.asarray(v.numpy(), np.float64))) for v in trained}
    return Facts(outputs, gradients, weights, float(host(loss)))


def _program(trainer: Any, trained: list[Any], layers: list[Any]) -> Program:
    model = trainer.model
    places = {id(layer): i for i, layer in enumerate(layers)}
    seen: list[int] = []

    def run(batch: Batch) -> Any:
        seen.clear()
        program.facts["seen"] = seen
        found: list[Any] = []

        def compute() -> Any:
            with under(watched=lambda layer, outputs: _watch(places[id(layer)], layer, outputs, seen, found)):
                y_pred = model(batch[0], training=True)
            return trainer.loss_of(batch, y_pred), list(found)

        with trainer.as_compiled(), discarded_losses(), lift.discard_assignments():
            (loss, watched), gradients = lift.value_and_grad(compute, trained)
        return loss, watched, [engine.sqrt(engine.sum(g * g)) for g in gradients]

    state = unique([v for part in (model, *model.metrics) for v in part.variables])
    looks_at = Fingerprint(model, *trainer.objective.seen, tuple(layer.trainable for layer in layers))
    program = Program("diagnosis", looks_at, run, state, updates=False, is_eager=model.run_eagerly)
    return program


def _calls_others(layer: Any) -> bool:
    return calls_layers_only(type(layer).call) or not is_builtin(type(layer))


def _watch(place: int, layer: Any, outputs: Any, seen: list[int], found: list[Any]) -> None:
    """Keep the largest and smallest output of each unit, and the share near ±1."""
    if not all(_calls_others(outer) for outer in running.layers[:-1]):  # what a loop calls has no value outside of it
        return
    leaves: Sequence[Any] = tree.leaves(outputs)
    if (
        len(leaves) != 1
        or len(getattr(leaves[0], "shape", ())) < 2
        or not engine.dtype_name(leaves[0]).startswith("float")
    ):
        return
    x = engine.stop_gradient(leaves[0])
    x = engine.cast(engine.reshape(x, (-1, x.shape[-1])), "float32")
    flat = engine.sum(engine.cast(engine.abs(x) > _FLAT, "float32")) / float(x.shape[0] * x.shape[1])
    if of(layer, "last_activation") is not None:
        low = engine.min(x, 0)
        ends = engine.cast((engine.abs(x) > _FLAT) | ((x < 1 - _FLAT) & (engine.min(low) >= 0)), "float32")
        flat = engine.sum(ends) / float(x.shape[0] * x.shape[1])
        seen.append(place)
        found.append((engine.max(x, 0), low, flat))
