"""`Model.predict` and calling a model on arrays: compiled forward passes at a few batch sizes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.core import tree
from hornbeam.core.hyperparameter import are_arguments
from hornbeam.core.lift import lift
from hornbeam.core.running import running
from hornbeam.data import ArraySource, StoredSource, StreamSource, as_source
from hornbeam.data.source import as_count
from hornbeam.layers.base.tracking import remembering
from hornbeam.training.loop.nested import apart
from hornbeam.training.programs.batch import row_count
from hornbeam.training.programs.compiled import code_for
from hornbeam.training.row_independence import is_row_independent

_BUCKETS = (1, 8, 32, 128, 512, 2048, 8192)
# The widest array of a batch that nobody sized stays within a cache; a batch of some rows may take more.
_CACHE_BYTES = 2**22
_SOME_ROWS = 128
_SOME_BYTES = 2**25
_IN_FLIGHT = 2


class Forward:
    """The compiled forward pass of a model.

    Rows are padded to a few sizes where they have nothing to do with one another, so that few programs serve any
    number of rows. Variables that the pass assigns (states, seeds) are assigned when it is done.
    """

    def __init__(self, model: Any):
        self.row_independent = type(model).predict_step.__module__.startswith("hornbeam.") and is_row_independent(
            model, training=False
        )
        self.compilations = 0
        self.variables = model.variables
        self._structure: dict[Any, Any] = {}
        self._model = model
        self._lifted = lift(self._step, self.variables)
        self._code, self.hyperparameters = code_for("forward", model, self.variables, ())

    def _step(self, x: Any) -> Any:
        try:
            return self._model.predict_step((x,) if isinstance(x, tuple | list) else x)
        finally:
            self._model._clear_losses()

    def _trace(self, values: list[Any], x: Any) -> Any:
        outputs, after = self._lifted(values, x)
        self._code.facts["assigned"] = [
            i for i, (old, new) in enumerate(zip(values, after, strict=True)) if new is not old
        ]
        return outputs, [after[i] for i in self._code.facts["assigned"]]

    def __call__(self, x: Any) -> Any:
        """The outputs for `x`, of the same rows, as arrays on the device."""
        with remembering(self._structure):
            values = [variable.value for variable in self.variables]
            if self._model.run_eagerly:
                outputs, assigned = self._trace(values, x)
            else:
                outputs, assigned = self._code.run(self, "_trace", (), (values, x), donate=False)
        for i, value in zip(self._code.facts["assigned"] if assigned else (), assigned, strict=True):
            self.variables[i]._value = value
        return outputs

    def rows(self, x: Any, rows: int) -> Any:
        """The outputs for `x` of `rows` rows, as NumPy arrays."""
        if not self.row_independent:
            return tree.map(engine.to_numpy, self(x))
        return _fetch(self(_padded(x)), rows)


def forward_of(model: Any) -> Forward:
    """The model's forward pass, made anew when the model has changed since."""
    kept = model.__dict__.get("_forward")
    signature = model.state_signature()
    if kept is None or kept[0] != signature or not are_arguments(kept[1].hyperparameters):
        forward = Forward(model)
        forward.compilations = kept[1].compilations if kept is not None else 0
        kept = (signature, forward)
        model.__dict__["_forward"] = kept
    return kept[1]


def bucket(rows: int) -> int:
    """The size that `rows` are padded to."""
    return next((size for size in _BUCKETS if size >= rows), rows)


def predict(model: Any, x: Any, **arguments: Any) -> Any:
    """`Model.predict`; in a callback of a run, what that run has counted stays."""
    if not running.counting:
        return _predict(model, x, **arguments)
    with apart(model.metrics):
        return _predict(model, x, **arguments)


def _predict(
    model: Any, x: Any, *, batch_size: int | None, verbose: int | str, steps: int | None, callbacks: Any
) -> Any:
    batch_size = as_count("batch_size", batch_size)
    is_plain = isinstance(x, np.ndarray) and x.ndim > 0 and x.dtype.kind in "fiub"
    if is_plain and model.built and not callbacks and steps is None and verbose in (0, "auto"):
        if 0 < len(x) <= (batch_size or _BUCKETS[2]):
            return forward_of(model).rows(_narrow(x), len(x))
    source = as_source(x, batch_size=batch_size, steps=steps, check_finite=False)
    model.build_for(source.peek()[0] if isinstance(source, StreamSource) else source.arrays[0])
    forward = forward_of(model)
    if isinstance(source, StoredSource) and batch_size is None and forward.row_independent:
        source.resize(_fast_batch_size(model, source.peek()[0], source.rows))
    if isinstance(source, StreamSource):
        return _run(model, forward, (batch[0] for batch in source.epoch()), source.steps, verbose, callbacks)
    if batch_size is None and forward.row_independent:
        batch_size = _fast_batch_size(model, source.arrays[0], source.rows)
    count, batches = _slices(source, batch_size or source.batch_size, steps)
    return _run(model, forward, batches, count, verbose, callbacks)


def _slices(source: ArraySource, size: int, steps: int | None) -> tuple[int, Iterator[Any]]:
    """How many batches of `size` rows there are, and the batches."""
    count = -(-source.rows // size)
    count = count if steps is None else min(steps, count)
    return count, (_slice(source.arrays[0], i * size, (i + 1) * size) for i in range(count))


def _slice(x: Any, start: int, stop: int) -> Any:
    return tree.map(lambda leaf: None if leaf is None else leaf[start:stop], x)


def _run(
    model: Any, forward: Forward, batches: Iterable[Any], count: int | None, verbose: int | str, callbacks: Any
) -> Any:
    delay = 1.0 if verbose == "auto" else 0.0
    verbose = resolve_verbose(verbose, "predict")
    hooks = CallbackList(callbacks, model, history=False, verbose=verbose, epochs=1, steps=count)
    progress = Progress(verbose, None, count, delay=delay)
    hooks.on_predict_begin()
    progress.epoch_begin(0)
    pieces: list[Any] = []
    under_way: deque[tuple[Any, int | None]] = deque()
    most_under_way = 0 if hooks.watches_predict_batches else _IN_FLIGHT
    full = 0
    for step, batch in enumerate(batches):
        if hooks.watches_predict_batches:
            hooks.on_predict_batch_begin(step)
        rows = row_count(batch)
        full = 0 if count == 1 else max(full, rows)
        pads = forward.row_independent
        under_way.append((forward(_padded(batch, full)), rows) if pads else (forward(batch), None))
        if len(under_way) > most_under_way:
            pieces.append(_fetch(*under_way.popleft()))
        if hooks.watches_predict_batches:
            hooks.on_predict_batch_end(step, {"outputs": pieces[-1]})
        progress.update(step + 1, {})
    pieces.extend(_fetch(*item) for item in under_way)
    progress.epoch_end(0, {})
    progress.close()
    hooks.on_predict_end()
    if not pieces:
        raise ValueError(f"`predict` of model `{model.name}` needs at least one row. Received: data that gave none.")
    return tree.map(lambda *parts: _joined(model, parts), *pieces)


def _joined(model: Any, parts: tuple[np.ndarray, ...]) -> np.ndarray:
    """The outputs of all batches, one below the other."""
    for number, part in enumerate(parts):
        if part.shape[1:] != parts[0].shape[1:]:
            raise ValueError(
                f"`predict` of model `{model.name}` joins the outputs of all batches, so they must be of one size. "
                f"Received: outputs of shape {parts[0].shape} for batch 0 and {part.shape} for batch {number}; call "
                "`predict` or `predict_on_batch` for each size of inputs."
            )
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _fetch(outputs: Any, rows: int | None) -> Any:
    """The first `rows` rows, or all, on the host."""
    return tree.map(lambda leaf: engine.to_numpy(leaf)[:rows], outputs)


def _fast_batch_size(model: Any, x: Any, rows: int) -> int:
    """A size at which dispatch no longer counts and the arrays still fit into a cache or close to one.

    Of 200,000 rows through dense layers of 128 units, pieces of 4 MB take a quarter of the time of pieces of 32 MB (two
    cores, jax 0.10.2; `benchmarks/questions/predict_bulk.py`).
    """
    widest = max((_row_bytes(tensor.shape) for tensor in _tensors(model)), default=0)
    widest = max(widest, *(_row_bytes(np.shape(leaf)) for leaf in tree.leaves(x) if leaf is not None))
    least = _SOME_ROWS if _SOME_ROWS * widest <= _SOME_BYTES else 32
    size = max((size for size in _BUCKETS if size * widest <= _CACHE_BYTES), default=1)
    return min(bucket(rows), max(size, least))


def _tensors(model: Any) -> list[Any]:
    """The symbolic outputs of all layers that were called on symbolic inputs."""
    nodes = [node for layer in model._flatten_layers() for node in layer.inbound_nodes]
    return [leaf for node in nodes for leaf in tree.leaves(node.outputs) if hasattr(leaf, "shape")]


def _row_bytes(shape: Any) -> int:
    return 4 * int(np.prod([size or 64 for size in shape[1:]], dtype=np.int64)) or 4


def _narrow(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) if x.dtype == np.float64 else x.astype(np.int32) if x.dtype == np.int64 else x


def _padded(batch: Any, full: int = 0) -> Any:
    """`batch` with rows of zeros up to the next of the sizes that programs are compiled for, one of which is `full`."""
    rows = row_count(batch)
    size = min(bucket(rows), full or bucket(rows))
    return tree.map(lambda leaf: None if leaf is None else _pad(leaf, size), batch)


def _pad(x: Any, size: int) -> Any:
    short = size - x.shape[0]
    if short <= 0:
        return x
    x = x if isinstance(x, np.ndarray) else engine.to_numpy(x)
    return np.concatenate([x, np.zeros((short, *x.shape[1:]), x.dtype)])
