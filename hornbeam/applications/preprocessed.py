"""Whether images come as the weights were trained on them: said once when they seem not to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np

from hornbeam.applications.preprocessing import preprocess_caffe, preprocess_tf, preprocess_torch, unchanged
from hornbeam.core.renaming.notice import warn_caller

_SOME_ROWS = 8  # tell the range of all
_CALL = "call `{}.preprocess_input` on images of 0 to 255, once"


class _Range(NamedTuple):
    """What images are to be; from their lowest and highest value whether they are not; and what to do then."""

    form: str
    is_left: Callable[[float, float], bool]
    fix: str = _CALL


# By what a model is called on. Black images say nothing.
_RANGES: dict[Callable[..., Any], _Range] = {
    preprocess_tf: _Range("values from -1 to 1", lambda low, high: high > 2),
    preprocess_torch: _Range("standardized colours, values from about -2 to 3", lambda low, high: high > 10),
    preprocess_caffe: _Range(
        "colours less their means, values from about -124 to 152",
        lambda low, high: low >= 0 and (high > 152 or 0 < high <= 1),
    ),
    unchanged: _Range(
        "values from 0 to 255", lambda low, high: low < 0 or 0 < high <= 1, "pass the images without rescaling them"
    ),
}
_looked: WeakSet[Preprocessed] = WeakSet()


class Preprocessed:
    """What an input with pretrained weights expects: it warns when the first images are something else.

    Args:
        model: its name.
        preprocess: one of the functions of `preprocessing`.
        module: the name of the module that has it as `preprocess_input`.
    """

    def __init__(self, model: str, preprocess: Callable[..., Any], module: str):
        self.model, self.preprocess, self.module = model, preprocess, module

    def __call__(self, images: Any) -> None:
        if self in _looked:
            return
        _looked.add(self)
        some = np.asarray(images[:_SOME_ROWS])
        if some.dtype.kind not in "fiu":
            return
        low, high = float(some.min(initial=0)), float(some.max(initial=0))
        form, is_left, fix = _RANGES[self.preprocess]
        if is_left(low, high):
            warn_caller(
                f"The weights of model `{self.model}` were trained on images as {form}. Received: values from {low:g} "
                f"to {high:g}; {fix.format(self.module)}."
            )
