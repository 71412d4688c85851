"""`StreamSource`: data that comes batch by batch."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain, islice
from itertools import count as counting
from typing import Any

import numpy as np

from hornbeam.core.renaming.notice import warn_caller
from hornbeam.core.settings import limited_steps
from hornbeam.data import lent, random_state
from hornbeam.data.array_likes import Memo, map_arrays
from hornbeam.data.arrays import Batch, counted_rows
from hornbeam.data.checks import names_checked
from hornbeam.data.class_weights import weigh
from hornbeam.data.conversion import to_array
from hornbeam.data.indexed_passes import IndexedPasses
from hornbeam.data.packing import unpack_x_y_sample_weight
from hornbeam.data.passes import Passes
from hornbeam.data.prefetch import AdaptivePrefetch, Returnable


class StreamSource:
    """Data that comes batch by batch. Make it with `as_source`.

    Attributes:
        steps: batches of an epoch: those asked for, else those of a pass; `None` until the first pass has ended if the
            stream does not know its length.
        goes_on: whether an epoch goes on where the last one ended.
        had: how many batches of the next epoch an interrupted run has had: it goes on after them.
        most_rows: that a batch has had, for who makes all batches as large.
        watcher: called with each batch of an epoch, in the thread that prepares it.
    """

    is_stream = True
    had = most_rows = 0
    watcher: Callable[[Batch], Any] | None = None

    def __init__(
        self,
        passes: Passes,
        *,
        steps: int | None = None,
        repeat: bool = False,
        class_weight: Any = None,
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
        prefetch: int = 2,
        check_finite: bool = True,
        front: Callable[[Any], Any] | None = None,
    ):
        if isinstance(class_weight, str):
            raise ValueError(
                f"`class_weight={class_weight!r}` needs all targets beforehand. Received: "
                f"{type(passes.stream).__name__}, which gives them batch by batch; pass a dictionary of weights."
            )
        self.passes = passes
        self._prefetch = AdaptivePrefetch(prefetch, type(passes.stream).__name__)
        self._is_checked, self._front = check_finite, front
        self.class_weight, self.input_names, self.output_names = class_weight, input_names, output_names
        length = passes.length()
        if length == 0:
            raise ValueError(f"`x` must give at least one batch. Received: {type(passes.stream).__name__} of length 0.")
        if length is None and steps is None and passes.is_endless():
            raise ValueError(
                "`steps_per_epoch` (`steps`, `validation_steps`) must say how many batches an epoch has when the data "
                f"does not end. Received: {type(passes.stream).__name__}, which has no length."
            )
        self.steps = limited_steps(length if steps is None else steps)
        self.asked = None if passes.can_restart and self.steps == length else self.steps  # None: a whole pass
        self._opened: Iterator[Batch] | None = None  # a pass that `peek` has begun
        self.goes_on = not passes.can_restart or (repeat and self.asked is not None)
        self._kept = Returnable(self._endless()) if self.goes_on else None
        self._warned = False
        self._made = self._used = 0  # batches of all passes
        self._begun: list[tuple[int, Any]] = []  # how many were made when a pass began, and what it began from

    def _endless(self) -> Iterator[Batch]:
        if not self.passes.can_restart:
            return self._pass()
        return _forever(self._pass)

    def peek(self) -> Batch:
        """The first batch, which the next `epoch` gives again.

        Raises:
            ValueError: if there is none.
        """
        try:
            if isinstance(self.passes, IndexedPasses):
                return self.passes.peek(self._prepare)
            if self._kept is not None:
                first = next(self._kept)
                self._kept.put_back([first])
                return first
            batches = self._opened or self._pass()
            first = next(batches)
            self._opened = chain([first], batches)
        except StopIteration:
            raise ValueError(f"`x` must give at least one batch. Received: {self._name}, which gave none.") from None
        return first

    def epoch(
        self, steps: int | None = None, finish: Callable[[Batch], Any] | None = None, first: int = 0
    ) -> Generator[Any, None, None]:
        """The batches of the next epoch, prepared ahead by a thread where that saves time.

        An epoch without a number of steps is one pass. With one, `repeat` says whether it goes on where the last epoch
        ended, and into the next pass; what cannot start again always goes on. Where batches are missing, a warning says
        how many. A loop should stop after an epoch without any batch.

        A stream is never asked for more batches than its epochs have. Of an epoch that is left before its end, at most
        `prefetch` batches more than were used have been fetched; the next epoch begins with them.

        Args:
            steps: how many batches instead of those asked for at first.
            finish: what to make of each batch, in order, in the thread if there is one.
            first: how many batches of the epoch were before.
        """
        wanted = self.asked if steps is None else steps
        given = first
        batches = self._batches(None if wanted is None else wanted - given, self._watched(finish or _same))
        try:
            for batch in batches:
                given += 1
                self._used += 1
                yield batch
        finally:
            batches.close()
        self._after(given, wanted)

    def keep_places(self) -> None:
        """Remember from now on what `place` will be asked for."""
        if isinstance(self.passes, IndexedPasses):
            self.passes.place.is_kept = True

    def close(self) -> None:
        """End worker processes; the next epoch starts new ones."""
        self.passes.close()

    def split(self, fraction: float) -> Any:
        """Not possible: always raises ValueError."""
        raise ValueError(
            f"`validation_split` needs data in memory. Received: {self._name}, which comes batch by batch; "
            "pass other batches as `validation_data`."
        )

    @property
    def _name(self) -> str:
        return type(self.passes.stream).__name__

    def _watched(self, finish: Callable[[Batch], Any]) -> Callable[[Batch], Any]:
        if self.watcher is None:
            return finish
        watcher = self.watcher

        def watched(batch: Batch) -> Any:
            watcher(batch)
            return finish(batch)

        return watched

    def _batches(self, wanted: int | None, finish: Callable[[Batch], Any]) -> Generator[Any, None, None]:
        if isinstance(self.passes, IndexedPasses):  # has threads of its own
            with contextlib.closing(self.passes.epoch(self._prepare, wanted, self.goes_on)) as batches:
                for batch in batches:
                    yield finish(batch)
            return
        kept = self._kept
        pairs = self._finished(islice(kept or self._opened or self._pass(), wanted), finish)
        self._opened = None
        put_back = None if kept is None else lambda left: kept.put_back([batch for batch, _ in left])
        with contextlib.closing(self._prefetch.over(pairs, put_back)) as ahead:
            for _, finished in ahead:
                yield finished

    def _finished(self, batches: Iterator[Batch], finish: Callable[[Batch], Any]) -> Iterator[tuple[Batch, Any]]:
        """Batches beside what `finish` makes of them; an error says which batch of the epoch it was."""
        for number in counting():
            try:
                batch = next(batches)
                pair = batch, finish(batch)
            except StopIteration:
                return
            except Exception as error:
                error.add_note(f"While getting batch {number} of `{self._name}`.")
                raise
            yield pair

    def _pass(self) -> Iterator[Batch]:
        self._begins()
        for batch in self.passes.run(self._prepare):
            self._made += 1
            if self._made == 1 and not self.passes.can_restart:
                self._begins()  # its first batch is made before a run can go on
            yield batch

    def _begins(self) -> None:
        while self.goes_on and len(self._begun) > 1 and self._begun[1][0] <= self._used:
            self._begun.pop(0)
        self._begun = [*(self._begun if self.goes_on else ()), (self._made, self.passes.state())]

    def place(self, batch: int) -> dict[str, Any]:
        """What `go_to` needs to give the rest of this epoch after `batch` batches, or after its end all that follow."""
        own = self.passes.where() if isinstance(self.passes, IndexedPasses) else self._where(batch)
        return {"most_rows": self.most_rows, "passes": own}

    def _where(self, batch: int) -> dict[str, Any]:
        """What a pass began from, and how many batches it has given: those are to be made again, and dropped."""
        if not self.goes_on:
            is_open = batch > 0 or self._opened is not None
            began = self._begun[-1][1] if is_open else self.passes.state()
            return {"made": 0, "began": began, "drop": batch, "is_open": is_open}
        made, began = next(one for one in reversed(self._begun) if one[0] <= self._used)
        return {"made": made, "began": began, "drop": self._used - made, "is_open": False}

    def go_to(self, place: dict[str, Any], batch: int) -> tuple[str, ...]:
        """Go on from a place that the same data had in another process.

        Returns:
            The kinds of random numbers that this has not brought to where they were.
        """
        self.had, self.most_rows = batch, place["most_rows"]
        if isinstance(self.passes, IndexedPasses):
            return self.passes.go_to(place["passes"])
        return self._go_to(**place["passes"])

    def _go_to(self, made: int, began: Any, drop: int, is_open: bool) -> tuple[str, ...]:
        if not self.passes.can_restart:
            self._take(made)
            self.passes.begin_like(began)
        else:
            self.passes.begin_like(began)
            self._made, self._begun = made, []
            if self._kept is not None:
                self._kept = Returnable(self._endless())
            else:
                self._opened = self._pass()
        self._take(drop)
        self._used = made + drop
        if is_open and not drop:
            self._opened = chain(list(islice(self._opened or (), 1)), self._opened or ())  # begun as it was
        return ("host", "loaders") if drop else random_state.KINDS

    def _take(self, count: int) -> None:
        """Make batches, and drop them."""
        batches = self._kept if self._kept is not None else self._opened
        for _ in islice(batches or (), count):
            pass

    def _after(self, given: int, wanted: int | None) -> None:
        if wanted is None and given:
            self.steps = given
        if given < (wanted or 1) and not self._warned:
            self._warned = True
            expected = f"{given} of {wanted} batches" if wanted is not None else "no batch"
            hint = (
                "give an object that can be iterated again, such as a `PyDataset`, or a generator that does not end"
                if not self.passes.can_restart
                else "ask for fewer steps"
            )
            warn_caller(f"`{self._name}` gave {expected} for an epoch and then ended: {hint}.")

    def _prepare(self, batch: Any) -> Batch:
        x, y, sample_weight = unpack(batch)
        memo = Memo()

        def convert(value: Any, where: str) -> Any:
            if isinstance(value, int | float | np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
                raise ValueError(
                    f"`{where}` must have one row per sample. Received: the scalar {value}; if the data "
                    "gives single samples, put them together to batches, as a torch `DataLoader` or `.batch(32)` does."
                )
            return memo(value, lambda: _own(to_array(value, where, self._is_checked), value))

        if x is None:
            raise ValueError(f"A batch must have inputs. Received: None, from {self._name}.")

        x = names_checked(x, self.input_names, "x", needs_all=True)
        x = map_arrays(convert, x if self._front is None else self._front(x), "x")
        y = map_arrays(convert, names_checked(y, self.output_names, "y", needs_all=False), "y")
        sample_weight = map_arrays(convert, sample_weight, "sample_weight")
        counted_rows((x, y, sample_weight), "A batch")  # graphs have more edges than nodes: a model says what fits
        if self.class_weight is not None:
            sample_weight = weigh(self.class_weight, y, sample_weight, self.output_names)
        return x, y, sample_weight


def unpack(batch: Any) -> Batch:
    """`(x, y, sample_weight)` of a batch in one of the forms x, (x,), (x, y), (x, y, sample_weight).

    Raises:
        ValueError: for a tuple or list of another length.

    >>> unpack(([1.0], [2.0]))
    ([1.0], [2.0], None)
    """
    return unpack_x_y_sample_weight(batch)


def _forever(start: Callable[[], Iterator[Batch]]) -> Iterator[Batch]:
    """Pass after pass, until one is empty."""
    is_empty = False
    while not is_empty:
        is_empty = True
        for batch in start():
            is_empty = False
            yield batch


def _own(array: Any, given: Any) -> Any:
    """The array in memory of its own: many generators fill the same array anew for each batch."""
    if isinstance(array, np.ndarray) and (array is given or array.base is not None):
        own = lent.empty(array.shape, array.dtype)
        own[...] = array
        return own
    return array


def _same(batch: Batch) -> Batch:
    return batch
