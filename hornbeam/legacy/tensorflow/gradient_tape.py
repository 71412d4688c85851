"""`tf.GradientTape`."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from hornbeam import engine, ops
from hornbeam.core import tape, tree
from hornbeam.core.running import running, under
from hornbeam.core.tape import Tape
from hornbeam.core.variable import Variable
from hornbeam.ops.operators import OPERATORS


def _on_tape(name: str, *operands: Any) -> Any:
    """An operator of arrays, written down where it involves a variable, or an array that is watched."""
    if running.tape is None or not running.tape.sees(operands):
        return NotImplemented
    return running.tape.record(OPERATORS[name], operands, {})


@functools.cache
def _prepare(backend: str) -> None:
    """Let the operators of an engine's arrays ask tapes, from the first tape on."""
    engine.intercept_operators(OPERATORS, _on_tape)


class GradientTape:
    """Writes down what is computed inside `with`, to ask for gradients of it.

    Args:
        persistent: whether gradients may be asked for more than once.
        watch_accessed_variables: accepted for code written for TensorFlow: variables always count.

    >>> import hornbeam
    >>> weight = hornbeam.Variable([2.0, 3.0])
    >>> with GradientTape() as t:
    ...     loss = hornbeam.ops.sum(weight * weight)
    >>> [float(g) for g in t.gradient(loss, weight)]
    [4.0, 6.0]
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        self.persistent = persistent
        self._tape = Tape()
        self._is_used = False

    def __enter__(self) -> GradientTape:
        _prepare(engine.backend())
        self._tape.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._tape.__exit__()

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Inside, nothing is written down."""
        with under(tape=None):
            yield

    def watch(self, tensor: Any) -> None:
        """Let gradients be asked for by these arrays, as by variables."""
        for leaf in tree.leaves(tensor):
            if not isinstance(leaf, Variable):
                self._tape.watched[id(leaf)] = leaf

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: Any = "none"
    ) -> Any:
        """The gradients of the sum of `target`'s elements, in the structure of `sources`.

        Args:
            target: what was computed inside.
            sources: variables, watched arrays, and what was computed inside.
            output_gradients: factors of the elements of `target`.
            unconnected_gradients: "none" or "zero": what a source gets that `target` was not made from.

        Raises:
            RuntimeError: for a second call, unless the tape is `persistent`.
        """
        if self._is_used and not self.persistent:
            raise RuntimeError("A tape gives gradients once; `GradientTape(persistent=True)` does so again and again.")
        self._is_used = True
        leaves, structure = tree.flatten(sources)
        weights = None if output_gradients is None else tree.leaves(output_gradients)
        found = tape.gradients(tree.leaves(target), leaves, weights)
        if str(unconnected_gradients).lower().endswith("zero"):
            found = [tape.zeros_like(s) if g is None else g for s, g in zip(leaves, found, strict=True)]
        return tree.unflatten(structure, found)

    def jacobian(self, target: Any, sources: Any, **_: Any) -> Any:
        """For each element of `target` its gradients by the sources: their axes follow those of `target`.

        The tape must be `persistent`, or asked for nothing else.
        """
        if self._is_used and not self.persistent:
            raise RuntimeError("A tape gives gradients once; `GradientTape(persistent=True)` does so again and again.")
        self._is_used = True
        leaves, structure = tree.flatten(sources)
        shape = tuple(target.shape)
        units = np.eye(math.prod(shape), dtype="float32").reshape(-1, *shape)
        rows = [tape.gradients([target], leaves, [engine.asarray(unit)]) for unit in units]
        found = [_stacked([row[i] for row in rows], shape) for i in range(len(leaves))]
        return tree.unflatten(structure, found)


def _stacked(rows: list[Any], shape: tuple[int, ...]) -> Any:
    return None if rows[0] is None else ops.reshape(ops.stack(rows), (*shape, *rows[0].shape))
