"""Functions of functions: gradients and recomputation."""

import contextlib
import functools

import torch
import torch.utils.checkpoint

from hornbeam.engine.torch.arrays import asarray
from hornbeam.engine.torch.modes import flagged, modes
from hornbeam.engine.torch.trees import tree_map


def _detach(x):
    return x.detach() if isinstance(x, torch.Tensor) else x


def value_and_grad(fn):
    def leaf(x, nested):
        if modes.tracing:
            x = x.to("meta")
        # Inside another `value_and_grad` the outer one differentiates through this one.
        return x.view_as(x) if nested and x.requires_grad else x.detach().requires_grad_()

    @functools.wraps(fn)
    def call(variables, *args):
        with torch.enable_grad(), flagged("differentiating", True) as nested:
            leaves = [leaf(asarray(v), nested) for v in variables]
            value, aux = fn(leaves, *args)
            grads: list = [None] * len(leaves)
            if leaves and value.requires_grad:
                grads = list(torch.autograd.grad(value, leaves, create_graph=nested, allow_unused=True))
        grads = [torch.zeros_like(v) if g is None else g for g, v in zip(grads, leaves, strict=True)]
        if nested:
            return (value, aux), grads
        return (value.detach(), tree_map(_detach, aux)), [g.detach() for g in grads]

    return call


@contextlib.contextmanager
def own_gradients():
    kept: dict = {}
    before, modes.kept_gradients = modes.kept_gradients, kept
    try:
        with flagged("differentiating", modes.differentiating), torch.set_grad_enabled(torch.is_grad_enabled()):
            yield kept
    finally:
        modes.kept_gradients = before


def keep_gradient(x):
    if modes.kept_gradients is None:  # outside of steps PyTorch's own rules hold
        return x if _keeps_gradient(x) else x.detach().requires_grad_()
    if id(x) in modes.kept_gradients:  # a loss that was computed already goes back to it
        return x
    x = x.detach().requires_grad_()
    modes.kept_gradients[id(x)] = x
    modes.differentiating = True
    torch.set_grad_enabled(True)
    return x


def keeps_gradients():
    return torch.is_grad_enabled() and not (modes.tracing or modes.differentiating) and modes.recorder is None


def forget_gradient(x):
    x.grad = None


def to_hold(value, before):
    """A running mean must not hold the graph of all batches; a weight whose gradient is kept stays one."""
    if not isinstance(value, torch.Tensor):
        return value
    value = value.detach() if value.requires_grad else value
    return keep_gradient(value) if _keeps_gradient(before) else value


def _keeps_gradient(x):
    return isinstance(x, torch.Tensor) and x.requires_grad and x.is_leaf


def custom_gradient(fn):
    class Custom(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *xs):
            y, ctx.gradient = fn(*xs)
            ctx.differentiable = [isinstance(x, torch.Tensor) and x.is_floating_point() for x in xs]
            return tuple(y) if isinstance(y, list) else y

        @staticmethod
        def backward(ctx, *dy):
            grads = ctx.gradient(*dy) if len(dy) == 1 else ctx.gradient(dy)
            grads = grads if isinstance(grads, (list, tuple)) else (grads,)
            return tuple(g if wanted else None for g, wanted in zip(grads, ctx.differentiable, strict=True))

    @functools.wraps(fn)
    def call(*xs):
        return Custom.apply(*xs)

    return call


def checkpoint(fn):
    @functools.wraps(fn)
    def call(*args):
        return torch.utils.checkpoint.checkpoint(fn, *args, use_reentrant=False, preserve_rng_state=False)

    return call
