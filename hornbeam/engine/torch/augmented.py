"""`x += y` where arrays do not change: Python is told that there is nothing of the kind, and computes `x = x + y`."""

import functools
import sys

import torch

from hornbeam import engine
from hornbeam.engine.torch.modes import modes

_OPERATORS = "add sub mul truediv floordiv mod pow and or xor lshift rshift".split()
_KNOWING = ("torch.", "hornbeam.engine.")  # code that means what it says


def _unless_arrays_stay(in_place):
    @functools.wraps(in_place)
    def method(self, other):
        if not engine.arrays_stay() or modes.in_module or _is_meant(self, sys._getframe(1)):
            return in_place(self, other)
        if modes.recorder is not None:
            modes.recorder.check_own(self)
        return NotImplemented

    return method


def _is_meant(x, frame):
    """Whether it is PyTorch's own code, such as an optimizer's, or a step down a gradient written by hand."""
    is_step = x.is_leaf and x.requires_grad and not torch.is_grad_enabled()
    return is_step or frame.f_globals.get("__name__", "").startswith(_KNOWING)


def replace_operators():
    for name in _OPERATORS:
        method = f"__i{name}__"
        setattr(torch.Tensor, method, _unless_arrays_stay(getattr(torch.Tensor, method)))


def _of_values(read):
    """Outside of code that gradients are taken of, NumPy gets the values of a tensor, whether it keeps one or not."""

    @functools.wraps(read)
    def method(self, *args, **kwargs):
        is_plain = not self.requires_grad or modes.differentiating or modes.recorder is not None
        return read(self if is_plain else self.detach(), *args, **kwargs)

    return method


def replace_conversions():
    for name in ("__array__", "numpy"):
        setattr(torch.Tensor, name, _of_values(getattr(torch.Tensor, name)))
