"""Shapes and dtypes of a function's results, without its work."""

import builtins
import contextlib

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from hornbeam.engine.protocol import Spec
from hornbeam.engine.torch.arrays import as_dtype, dtype_name
from hornbeam.engine.torch.modes import flagged, modes
from hornbeam.engine.torch.trees import tree_map


class _Shapes(TorchDispatchMode):
    """An operation on any tensor without values gives tensors without values, whatever else goes into it."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        args, kwargs, some = _alike(args, kwargs or {})
        if "device" in kwargs and some:
            kwargs = {**kwargs, "device": torch.device("meta")}
        return func(*args, **kwargs)


class _Together(TorchFunctionMode):
    """Some functions (`take_along_dim`, `scaled_dot_product_attention`) compare devices before they dispatch."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        # what is only one number goes with any device, and may be asked for
        if builtins.any(x.ndim for x in _flat((args[1:], kwargs)) if isinstance(x, torch.Tensor)):
            args, kwargs, _ = _alike(args, kwargs)
        return func(*args, **kwargs)


def _alike(args, kwargs):
    """All tensors without values where some are; and whether some are."""
    without = [x.is_meta for x in _flat((args, kwargs)) if isinstance(x, torch.Tensor)]
    some = builtins.any(without)
    if some and not builtins.all(without):
        args, kwargs = to_meta(args), to_meta(kwargs)
    return args, kwargs, some


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

    with flagged("tracing", True), torch.no_grad(), _Shapes(), _Together():
        return tree_map(leave, fn(*(tree_map(enter, spec) for spec in specs)))


@contextlib.contextmanager
def eager():
    with flagged("tracing", False):
        if modes.recorder is None:
            yield
        else:
            with modes.recorder.paused("constant"):
                yield
