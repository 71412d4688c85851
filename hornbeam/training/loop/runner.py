"""`Runner`: passes over one source of data with one program."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from functools import cached_property, partial
from typing import Any

import numpy as np

from hornbeam import engine
from hornbeam.callbacks.callback_list import CallbackList
from hornbeam.callbacks.progress import Progress
from hornbeam.core import tree, turns
from hornbeam.core.registry import is_builtin
from hornbeam.core.renaming.results import Results
from hornbeam.core.running import running
from hornbeam.data import ArraySource, StoredSource, StreamSource, Window, memory
from hornbeam.data.arrays import common_rows
from hornbeam.training import checks, resuming
from hornbeam.training.input_values import Check, checks_of
from hornbeam.training.loop.batches import BatchObserver, InFlight, over_batches
from hornbeam.training.loop.interrupt import Interrupt
from hornbeam.training.loop.nested import counting
from hornbeam.training.loop.ready import numbers_of_each
from hornbeam.training.loop.steps_per_dispatch import StepsPerDispatch
from hornbeam.training.programs.batch import (
    Batch,
    Layout,
    capacity,
    lay_out,
    pad_rows,
    padded,
    passes_at_once,
)
from hornbeam.training.programs.program import Program
from hornbeam.training.programs.together import STEPS
from hornbeam.training.trainer import Trainer

Logs = dict[str, Any]

# How long the device may be left alone: while a bar is drawn, and while nobody looks but Ctrl-C should still be prompt.
_WATCHED_SECONDS = 0.1
_UNWATCHED_SECONDS = 0.5
_SHORT_ORDER = 100
# Bytes of an array that is not sent by itself where it is used once.
_GOES_ALONG = 2**20
_WHAT = {"train": "training", "test": "evaluation"}
# Batches from a stream that may be under way on the device at once.
_IN_FLIGHT = 8


class Runner:
    """Passes over one source of data with one program of a trainer."""

    def __init__(
        self,
        trainer: Trainer,
        mode: str,
        source: ArraySource | StreamSource,
        hooks: CallbackList,
        progress: Progress | None,
    ):
        self.trainer = trainer
        self.model = trainer.model
        self.metrics = trainer.model.metrics
        self.mode = mode
        self.source = source
        self.watch = BatchObserver(hooks, mode, progress)
        self.row_independent = trainer.is_row_independent(mode)
        self.is_far = not engine.devices()[0].startswith("cpu")
        # Whether code of others runs between passes, which may change what the program was made for.
        own = all(is_builtin(metric.reset_state) for metric in self.metrics)
        self._is_visited = not own or hooks.watches_epochs or self.watch.is_on or not isinstance(source, ArraySource)
        self._program: Program | None = None
        self._is_checked = False  # whether all targets were compared with the losses
        self._arrays: list[Any] | None = None
        self._is_sent = False  # whether these are on the device
        self.repeats = False  # whether several passes may be one dispatch
        self._done = 0  # passes
        self.is_over = False  # whether the last one found no data any more, which its source has said

    def run(self, interrupt: Interrupt, rest: resuming.Rest | None = None) -> Logs:
        """One pass, or the rest of one; returns the logs, maybe still on the device."""
        with counting(self.metrics):
            if rest is not None:
                rest.count()
            logs = self._run(interrupt)
        self._done += 1
        self.is_over = logs is None and rest is None
        return logs or ({} if rest is None else rest.logs)

    def _current(self) -> Program:
        """The program; the second pass asks for it again, since the first one has traced what it reads."""
        if self._program is None or self._done < 2 or self._is_visited:
            self._program = self.trainer.program(self.mode)
        return self._program

    def _run(self, interrupt: Interrupt) -> Logs | None:
        program, source = self._current(), self.source
        first, source.had = source.had, 0
        if isinstance(source, StoredSource):
            passes = self._over_windows(program, source, interrupt, first)
        elif isinstance(source, StreamSource):
            passes = self._over_batches(program, source, interrupt, first)
        elif self._is_placed(source):
            passes = self._over_arrays(program, source, first)
        else:
            passes = self._over_windows(program, source, interrupt, first)
        logs = None
        with contextlib.closing(passes):  # at an error, too, which keeps this frame: the source has threads
            for logs in passes:  # noqa: B007
                interrupt.check()
                if self.watch.is_on and self._is_stopped():
                    break
        return logs

    def _is_stopped(self) -> bool:
        return self.model.stop_training if self.mode == "train" else self.model.stop_evaluating

    def at_once(self, most: int) -> int:
        """How many of the next epochs are one dispatch, where nobody looks in between; at most `most`."""
        program, source = self._current(), self.source
        if self.watch.is_on or not isinstance(source, ArraySource) or not self._is_placed(source):
            return 1
        _, layout = self._placed(program, source)
        steps, done = -(-source.rows_of_epoch // layout.batch_size), self._done
        is_whole = self.row_independent or source.rows_of_epoch % layout.batch_size == 0
        if not is_whole or not program.loops_over(layout):
            return 1
        if running.together is not None:
            wanted = STEPS // steps if done else 1  # all threads in step
        else:
            wanted = self._steps_per_dispatch(program, layout).epochs(steps, done)
        return max(min(most, wanted, layout.passes), 1)

    def run_several(self, epochs: int) -> list[Results]:
        """So many passes in one dispatch; the numbers of each."""
        program, source = self._current(), self.source
        assert isinstance(source, ArraySource)
        arrays, layout = self._placed(program, source)
        rows = source.rows_of_epoch
        steps = -(-rows // layout.batch_size)
        with counting(self.metrics):
            orders = padded(source.orders(epochs), layout.batch_size, layout.passes)
            began, compilations = time.perf_counter(), program.compilations
            logs, _ = program.run_passes(layout, arrays, orders, rows, 0, steps, epochs)
            with turns.waiting():
                logs = tree.map(engine.to_numpy, logs)
                seconds = time.perf_counter() - began
        if program.compilations == compilations:
            self._steps_per_dispatch(program, layout).took(seconds, epochs * steps)
        self._done += epochs
        return numbers_of_each(logs, epochs)

    def _is_placed(self, source: ArraySource) -> bool:
        """Whether the data are on the device during the whole run."""
        return self._arrays is not None or memory.fits(host_bytes(source.arrays))

    def _placed(self, program: Program, source: ArraySource) -> tuple[list[Any], Layout]:
        """Arrays that are sent to the device once, and how batches are cut from them.

        Small ones for a single dispatch go along with it, in a tenth of the time.
        """
        size = min(source.batch_size, capacity(source.rows) if self.row_independent else source.rows)
        if self._arrays is None:
            self._arrays, self._layout = lay_out(source.arrays, size, self.row_independent)
        most = passes_at_once(source.rows_of_epoch, size) if program.can_repeat else 1
        # The first run decides for those that come after, for which nothing is to be compiled anew.
        passes = program.facts.setdefault(("passes", self._layout, most), most if self.repeats else 1)
        layout = self._layout._replace(passes=passes)
        if not self._is_sent and (self._done or self.is_far or not program.loops_over(layout)):
            self._arrays, self._is_sent = [engine.put(array) for array in self._arrays], True
        elif not self._is_sent:
            self._arrays = [_going_along(array) for array in self._arrays]
        return self._arrays, layout

    def _over_arrays(self, program: Program, source: ArraySource, first: int) -> Generator[Any, None, None]:
        arrays, layout = self._placed(program, source)
        order = source.order()
        cut = lambda i: source.batch(i, order)  # noqa: E731
        sent = padded([order], layout.batch_size, layout.passes)
        yield from self._over_order(program, layout, arrays, order, sent, cut, first=first)

    def _over_windows(
        self, program: Program, source: ArraySource | StoredSource, interrupt: Interrupt, first: int
    ) -> Generator[Any, None, None]:
        """Larger arrays: a part of them after the other, the next one on its way while one is used."""
        size, room = source.batch_size, source.room
        is_first_pass, self._is_checked = not self._is_checked, True

        def send(window: Window) -> Any:
            if is_first_pass:
                self._check(window.used())
            arrays, layout = lay_out(window.data, size, self.row_independent)
            return [engine.put(array) for array in arrays], layout

        done, before = first, None
        with contextlib.closing(source.windows(send, first)) as windows:
            for window, (arrays, layout) in interrupt.waiting_for(windows):
                order = window.order
                sent = padded([np.concatenate([order, np.full(room - len(order), order[0], np.int32)])], size)
                cut = lambda i, window=window: window.batch(i, size)  # noqa: E731
                for logs in self._over_order(program, layout, arrays, order, sent, cut, done):
                    yield logs
                done += -(-len(order) // size)
                if before is not None:
                    engine.synchronize(before)  # no more than two windows are on the device
                before = logs

    def _over_order(
        self,
        program: Program,
        layout: Layout,
        arrays: list[Any],
        order: np.ndarray,
        sent: Any,
        cut: Callable[[int], Any],
        done: int = 0,
        first: int = 0,
    ) -> Generator[Any, None, None]:
        """Ranges of batches in one dispatch each.

        Args:
            order: the rows to visit.
            sent: the same, with room.
            cut: gives a batch by its number, for one that is shorter than the others and must stay so.
            done: how many steps of the epoch were before.
            first: the batch to begin with.
        """
        rows, size = len(order), layout.batch_size
        whole = -(-rows // size) if self.row_independent else rows // size
        if whole > _SHORT_ORDER:  # a short one is quicker sent along with each call
            sent = engine.put(sent)
        for start, stop in self._steps_per_dispatch(program, layout).ranges(whole, first):
            self.watch.before(done + start)
            logs = program.run_range(layout, arrays, sent, rows, start, stop)
            if stop - start < whole:
                with turns.waiting():
                    engine.synchronize(logs)  # the time is measured
            self.watch.after(done + stop, logs)
            yield logs
        if whole * size < rows and first <= whole:
            self.watch.before(done + whole)
            logs = program.run_batch(Batch.of(*cut(whole)))
            self.watch.after(done + whole + 1, logs)
            yield logs

    def _steps_per_dispatch(self, program: Program, layout: Layout) -> StepsPerDispatch:
        progress = self.watch.progress
        seconds = _WATCHED_SECONDS if progress is not None and progress.live else _UNWATCHED_SECONDS
        exactly = self.trainer.arguments["steps_per_execution"] if self.watch.is_on else None
        if exactly is None and running.together is not None:
            exactly = STEPS  # threads meet as often as each other
        return StepsPerDispatch(program.facts, layout, seconds, exactly)

    def _over_batches(
        self, program: Program, source: StreamSource, interrupt: Interrupt, first: int
    ) -> Generator[Any, None, None]:
        """One dispatch a batch, with some of them under way while the next is prepared."""
        batches = source.epoch(finish=partial(self._sent if self.is_far else self._ready, source), first=first)
        with contextlib.closing(batches):
            in_flight = InFlight(_IN_FLIGHT, engine.synchronize)
            waiting = interrupt.waiting_for(batches)
            yield from over_batches(waiting, program.run_batch, self.watch, in_flight, first=first)

    @cached_property
    def _input_checks(self) -> list[Check]:
        return list(checks_of(self.model))

    def _check(self, data: Any) -> None:
        checks.check_data(self.trainer, data, _WHAT[self.mode], self._input_checks)

    def _sent(self, source: StreamSource, data: Any) -> Batch:
        """A batch on the device: sent by the thread that prepares it, where there is one."""
        batch = self._ready(source, data)
        sent = tree.map(lambda leaf: None if leaf is None else engine.put(leaf), tuple(batch))
        return Batch.of(*sent, rows=batch.rows)

    def _ready(self, source: StreamSource, data: Any) -> Batch:
        """A batch whose targets fit the losses; a shorter one than before at that size, where that changes nothing."""
        self._check(data)
        batch = Batch.of(*data)
        if not self.row_independent:
            return batch
        rows = common_rows(batch, "A batch")
        size = source.most_rows = max(rows, source.most_rows)
        return batch if rows == size else pad_rows(batch, size)


def _going_along(array: Any) -> Any:
    """An array as a program may be given it: small ones stay on the host, as copies, which nobody changes."""
    is_small = isinstance(array, np.ndarray) and array.nbytes <= _GOES_ALONG
    return np.array(array) if is_small else engine.put(array)


def host_bytes(arrays: Any) -> int:
    """What the different arrays that are not on the device yet take in memory."""
    different = {id(leaf): leaf for leaf in tree.leaves(arrays) if leaf is not None and not engine.is_tensor(leaf)}
    return sum(int(np.prod(leaf.shape)) * leaf.dtype.itemsize for leaf in different.values())
