"""Shapes and dtypes of a function's results, without its work."""

import builtins
import contextlib

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from hornbeam.engine.protocol import Spec
from hornbeam.engine.torch.arrays import as_dtype, dtype_name
from hornbeam.engine.torch.modes import flagged, modes
from hornbeam.engine.torch.trees import tree_map


class _Shapes(TorchDispatchMode):
    """An operation on any tensor without values gives tensors without values, whatever else goes into it."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [x for x in _flat((args, kwargs)) if isinstance(x, torch.Tensor)]
        if builtins.any(x.is_meta for x in tensors) and not builtins.all(x.is_meta for x in tensors):
            args, kwargs = to_meta(args), to_meta(kwargs)
        if "device" in kwargs and builtins.any(x.is_meta for x in tensors):
            kwargs = {**kwargs, "device": torch.device("meta")}
        return func(*args, **kwargs)


def _flat(x):
    if isinstance(x, (list, tuple)):
        for item in x:
            yield from _flat(item)
    elif isinstance(x, dict):
        yield from _flat(list(x.values()))
    else:
        yield x


def to_meta(x):
    return tree_map(lambda leaf: leaf.to("meta") if isinstance(leaf, torch.Tensor) else leaf, x)


def trace_shapes(fn, *specs):
    def enter(leaf):
        if isinstance(leaf, Spec):
            return torch.empty(tuple(leaf.shape), dtype=as_dtype(leaf.dtype), device="meta")
        return leaf.to("meta") if isinstance(leaf, torch.Tensor) else leaf

    def leave(leaf):
        return Spec(tuple(leaf.shape), dtype_name(leaf)) if isinstance(leaf, torch.Tensor) else leaf

    with flagged("tracing", True), torch.no_grad(), _Shapes():
        return tree_map(leave, fn(*(tree_map(enter, spec) for spec in specs)))


@contextlib.contextmanager
def eager():
    with flagged("tracing", False):
        if modes.recorder is None:
            yield
        else:
            with modes.recorder.paused("constant"):
                yield
