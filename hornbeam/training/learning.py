"""A loss without a gradient teaches nothing and looks like any other: found where a trainer takes its first step.

reached = first_of(trainer)            # `None` in all later steps, which cost nothing
loss = watched(loss, reached)          # what the gradient is taken of
tell(trainer, reached)                 # after it was taken
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from hornbeam import engine
from hornbeam.training import mistake
from hornbeam.training.mistake import Mistake

_asked: WeakSet[Any] = WeakSet()


def first_of(trainer: Any) -> list[bool] | None:
    """Where it is written down that a gradient came back from the loss; `None` where that was asked before."""
    return None if trainer in _asked else []


def watched(loss: Any, reached: list[bool] | None) -> Any:
    """The loss. On either engine the rule of its gradient runs only where something that is trained is behind it."""
    if reached is None:
        return loss

    def passed(x: Any) -> tuple[Any, Any]:
        def gradient(g: Any) -> Any:
            reached.append(True)
            return g

        return x, gradient

    return engine.custom_gradient(passed)(loss)


def tell(trainer: Any, reached: list[bool] | None, variables: list[Any]) -> None:
    """Warn where no gradient came back, although something is to be trained."""
    if reached is None:
        return
    _asked.add(trainer)  # only now: a step may be traced once more before it was gone through
    if reached or not variables:
        return
    found = Mistake(
        "no_gradient_to_weights",
        f"The loss of model `{trainer.model.name}` has no gradient by any of its weights, so that nothing is learnt",
        "`argmax`, `round`, comparisons, casts to integers and `stop_gradient` pass none on: minimise a smooth "
        "function, such as a cross-entropy, and give what counts right answers to `metrics`.",
    )
    mistake.tell(trainer.model, found)
