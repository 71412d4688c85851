"""Compilation."""

import functools

import torch

from hornbeam.engine.torch.modes import modes


def jit(fn, donate=()):
    @functools.wraps(fn)
    def call(*args, **kwargs):
        if modes.differentiating:
            return fn(*args, **kwargs)
        with torch.no_grad():
            return fn(*args, **kwargs)

    return call


def steps_beat_loops(fn, *args):
    return False  # loops are Python's here
