"""Losses that layers add while they are called: each is kept by its layer until the next call, and no longer."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from hornbeam.core import symbolic
from hornbeam.core.running import running, under
from hornbeam.layers.base.tracking import flatten


class discarded_losses(under):
    """Inside, what layers add to the loss is forgotten at the end: it belongs to a traced computation."""

    __slots__ = ("reporters",)

    def __init__(self) -> None:
        self.reporters: list[Any] = []
        super().__init__(reporters=self.reporters)

    def __enter__(self, *_: object) -> discarded_losses:
        super().__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        forget(self.reporters)


def add(layer: Any, losses: list[Any]) -> None:
    """Keep losses that a layer adds; functions that give one are called each time, as far as no call is running."""
    known, is_called = layer.__hornbeam__, layer in running.layers and not layer.__hornbeam__.is_building
    functions = [loss for loss in losses if inspect.isroutine(loss) or isinstance(loss, functools.partial)]
    numbers = with_values(layer, [loss for loss in losses if loss not in functions] if functions else losses)
    if is_called:
        numbers = [*numbers, *(function() for function in functions)]
    else:
        known.loss_functions += functions
    if numbers and not (running.layers or running.scope is not None or running.tape is not None):
        raise ValueError(
            f"`add_loss` of `{layer.name}` takes a symbolic tensor here, or a function: a number that was computed "
            "already does not depend on the weights any more. Write `add_loss(lambda: ...)`, or call it in a layer's "
            f"`call`. Received: {numbers}."
        )
    report(layer, numbers)


def added_losses(layer: Any) -> list[Any]:
    """What a layer and those in it have added."""
    inside = [one.__hornbeam__ for one in flatten(layer)]
    return [loss for one in inside for loss in (*one.losses, *(function() for function in one.loss_functions))]


def with_values(layer: Any, losses: list[Any]) -> list[Any]:
    """`losses`, if a layer's `call` has computed them."""
    if symbolic.is_symbolic(losses):
        raise ValueError(
            f"`add_loss` of `{layer.name}` takes a number that `call` computes: add it inside of the `call` of "
            f"a layer, which is called on what it depends on. Received: {losses}, which have no value."
        )
    if any(loss is None or isinstance(loss, str) for loss in losses):
        raise ValueError(
            f"`add_loss` of `{layer.name}` takes a number that `call` computes, or a list of them. Received: {losses}."
        )
    return losses


def report(layer: Any, losses: list[Any]) -> None:
    """Keep losses that `layer` has added, and note that in the outermost call, and in the step, that are running."""
    layer.__hornbeam__.losses.extend(losses)
    outermost = running.layers[0] if running.layers else layer
    outermost.__hornbeam__.reporters.append(layer)
    if running.reporters is not None:
        running.reporters.append(layer)
    if running.scope is not None and running.scope.collect_losses:
        for loss in losses:
            running.scope.add_loss(loss)


def forget(reporters: list[Any]) -> None:
    """Take away what these layers have added."""
    for layer in reporters:
        layer.__hornbeam__.losses.clear()
    reporters.clear()


def and_losses(layer: Any, *args: Any, **kwargs: Any) -> tuple[Any, list[Any]]:
    """The outputs of a call, and what it adds to the loss, as values alone."""
    kept = [one.__hornbeam__.losses for one in flatten(layer)]
    for losses in kept:
        losses.clear()
    outputs = layer(*args, **kwargs)
    added = [loss for losses in kept for loss in losses]
    for losses in kept:
        losses.clear()
    return outputs, added
