"""Arguments of Keras 1's `fit_generator` and its siblings."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import Any

from hornbeam.core import tree
from hornbeam.core.old_names.arguments import GENERATORS, SAMPLES
from hornbeam.core.renaming.arguments import accepting
from hornbeam.core.renaming.notice import say, shown


def takes_samples(method: Callable[..., Any]) -> Any:
    """Let a method of a model take the arguments of Keras 1, which counted the samples of an epoch, not its batches."""
    names = list(inspect.signature(method).parameters)
    renamed = accepting(method, GENERATORS)

    @functools.wraps(renamed)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if SAMPLES.keys() & kwargs.keys():
            kwargs = _in_batches(method.__name__, dict(zip(names, args, strict=False)) | kwargs)
            args = (kwargs.pop("self"),)
        return renamed(*args, **kwargs)

    return wrapper


def _in_batches(callee: str, given: dict[str, Any]) -> dict[str, Any]:
    for old, (new, source) in SAMPLES.items():
        if old in given:
            samples = given.pop(old)
            rows, given[source] = _rows_of_batches(given.get(source))
            if samples is not None and rows is not None:
                given[new] = -(-int(samples) // rows)
                say((old, "->", new), f"{shown(callee, {old: samples})} is now {shown(callee, {new: given[new]})}.")
    return given


def _rows_of_batches(generator: Any) -> tuple[int | None, Any]:
    """How many rows the batches of a generator have, and the generator: the first batch tells, and is not lost."""
    if hasattr(generator, "batch_size"):
        return generator.batch_size, generator
    if hasattr(generator, "__getitem__"):  # a `Sequence`; arrays have their own size
        return None if isinstance(generator, list | tuple) else len(tree.leaves(generator[0])[0]), generator
    first = next(generator, None)
    if first is None:
        raise ValueError("A generator must give batches. Received: one that gives none.")
    return len(tree.leaves(first)[0]), itertools.chain([first], generator)
