"""`Model.predict` and calling a model on arrays: compiled forward passes at a few batch sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress, resolve_verbose
from hornbeam.core import tree, turns
from hornbeam.core.fingerprint import Fingerprint
from hornbeam.core.running import running
from hornbeam.core.settings import limited_steps
from hornbeam.data import ArraySource, StoredSource, StreamSource, as_source
from hornbeam.data.source import as_count
from hornbeam.layers.base.losses import discarded_losses
from hornbeam.layers.base.tracking import flatten, state_of
from hornbeam.training.columns import check_columns
from hornbeam.training.input_values import check_input_shapes, check_values, checks_of
from hornbeam.training.loop.batches import BatchObserver, InFlight, over_batches
from hornbeam.training.loop.nested import apart
from hornbeam.training.loop.on_host import on_host
from hornbeam.training.loop.ready import names_of
from hornbeam.training.programs.batch import Batch, row_count
from hornbeam.training.programs.program import Program
from hornbeam.training.row_independence import is_row_independent

_BUCKETS = (1, 8, 32, 128, 512, 2048, 8192)
# The widest array of a batch that nobody sized stays within a cache; a batch of some rows may take more.
_CACHE_BYTES = 2**22
_SOME_ROWS = 128
_SOME_BYTES = 2**25
_IN_FLIGHT = 2
#: The fact about a forward pass that layers add to the loss in it.
ADDS_LOSSES, STRUCTURE = "adds losses", "structure of outputs"


def forward_of(model: Any) -> Program:
    """The program of a model's forward pass; made anew when something that it looks at has changed."""
    state = model.__hornbeam__.run_state
    program = state.forward
    if program is None or not program.is_current():
        program = state.forward = _make(model, program)
    return program


def _make(model: Any, previous: Program | None) -> Program:
    def run(batch: Batch) -> Any:
        x = batch[0]
        with discarded_losses() as added:
            outputs = model.predict_step((x,) if isinstance(x, tuple | list) else x)
            program.facts[ADDS_LOSSES] = bool(added.reporters)
            program.facts[STRUCTURE] = tree.structure(outputs)
            return outputs

    seen = Fingerprint(model, tuple([layer.trainable for layer in flatten(model)]))
    program = Program(
        "forward", seen, run, state_of(model), updates=False, is_eager=model.run_eagerly, previous=previous
    )
    is_custom = not type(model).predict_step.__module__.startswith("hornbeam.")
    program.input_checks = tuple(checks_of(model))
    program.row_independent = not is_custom and is_row_independent(model, training=False)
    return program


def outputs_of(program: Program, x: Any) -> Any:
    """The outputs for `x`, of the same rows, as arrays on the device."""
    return program.run_batch(Batch.of(x))


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
    batch_size, front = as_count("batch_size", batch_size), model.__hornbeam__.front
    if front is not None and front.is_all:
        return on_host(front, x)
    is_plain = isinstance(x, np.ndarray) and x.ndim > 0 and x.dtype.kind in "fiub" and front is None
    if is_plain and model.built and not callbacks and steps is None and verbose in (0, "auto"):
        if 0 < len(x) <= (batch_size or _BUCKETS[2]):
            return _predict_rows(model, _narrow(x), len(x))
    check_columns(model, x)
    known = {} if front is None else names_of(model)
    source = as_source(x, batch_size=batch_size, steps=steps, check_finite=False, **known)
    type(model).build_for(model, source.peek()[0] if isinstance(source, StreamSource) else source.arrays[0])
    program = forward_of(model)
    pads = program.row_independent
    if isinstance(source, StoredSource) and batch_size is None and pads:
        source.resize(_fast_batch_size(model, source.peek()[0], source.rows))
    if isinstance(source, StreamSource):
        return _run(
            model, program, (_checked(model, program, b[0]) for b in source.epoch()), source.steps, verbose, callbacks
        )
    _checked(model, program, source.arrays[0] if isinstance(source, ArraySource) else None)
    if batch_size is None and pads:
        batch_size = _fast_batch_size(model, source.arrays[0], source.rows)
    count, batches = _slices(source, batch_size or source.batch_size, steps)
    return _run(model, program, batches, count, verbose, callbacks)


def _predict_rows(model: Any, x: np.ndarray, rows: int) -> Any:
    """The outputs for a batch in memory, with nothing around it."""
    program = forward_of(model)
    if x.shape not in program.shapes_checked:
        check_input_shapes(model, x)
        program.shapes_checked.add(x.shape)
    check_values(model, x, program.input_checks)
    pads = program.row_independent
    outputs = outputs_of(program, _padded(x) if pads and rows not in _BUCKETS else x)
    engine.wait_awake(outputs)
    return _fetch(outputs, rows if pads else None)


def _checked(model: Any, program: Program, x: Any) -> Any:
    check_input_shapes(model, x)
    check_values(model, x, program.input_checks)
    return x


def _slices(source: ArraySource, size: int, steps: int | None) -> tuple[int, Iterator[Any]]:
    """How many batches of `size` rows there are, and the batches."""
    count = -(-source.rows // size)
    count = limited_steps(count if steps is None else min(steps, count)) or 0
    return count, (_slice(source.arrays[0], i * size, (i + 1) * size) for i in range(count))


def _slice(x: Any, start: int, stop: int) -> Any:
    return tree.map(lambda leaf: None if leaf is None else leaf[start:stop], x)


def _run(
    model: Any, program: Program, batches: Iterable[Any], count: int | None, verbose: int | str, callbacks: Any
) -> Any:
    delay = 1.0 if verbose == "auto" else 0.0
    verbose = resolve_verbose(verbose, "predict")
    hooks = CallbackList(callbacks, model, history=False, verbose=verbose, epochs=1, steps=count)
    progress = Progress(verbose, None, count, delay=delay)
    watch = BatchObserver(hooks, "predict", progress)
    pads = program.row_independent
    pieces: list[Any] = []
    full = 0

    def run(batch: Any) -> tuple[Any, int | None]:
        nonlocal full
        rows = row_count(batch)
        full = 0 if count == 1 else max(full, rows)
        return (outputs_of(program, _padded(batch, full)), rows) if pads else (outputs_of(program, batch), None)

    in_flight = InFlight(0 if watch.is_on else _IN_FLIGHT, lambda result: pieces.append(_fetch(*result)))
    model.stop_predicting = False
    hooks.on_predict_begin()
    progress.epoch_begin(0)
    logs_of = lambda _: {"outputs": pieces[-1]} if watch.is_on else {}  # noqa: E731
    for _ in over_batches(batches, run, watch, in_flight, logs_of):
        if watch.is_on and model.stop_predicting:
            break
    in_flight.finish_all()
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
    with turns.waiting():
        if engine.is_tensor(outputs):
            return engine.to_numpy(outputs)[:rows]
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
    nodes = [node for layer in flatten(model) for node in layer.__hornbeam__.nodes]
    return [leaf for node in nodes for leaf in tree.leaves(node.outputs) if hasattr(leaf, "shape")]


def _row_bytes(shape: Any) -> int:
    return 4 * int(np.prod([size or 64 for size in shape[1:]], dtype=np.int64)) or 4


def _narrow(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float32) if x.dtype == np.float64 else x.astype(np.int32) if x.dtype == np.int64 else x


def _padded(batch: Any, full: int = 0) -> Any:
    """`batch` with rows of zeros up to the next of the sizes that programs are compiled for, one of which is `full`."""
    rows = row_count(batch)
    size = bucket(rows)
    size = min(size, full or size)
    return tree.map(lambda leaf: None if leaf is None else _pad(leaf, size), batch)


def _pad(x: Any, size: int) -> Any:
    short = size - x.shape[0]
    if short <= 0:
        return x
    x = x if isinstance(x, np.ndarray) else engine.to_numpy(x)
    return np.concatenate([x, np.zeros((short, *x.shape[1:]), x.dtype)])
