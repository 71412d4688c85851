"""What layers around PyTorch's own modules need of it."""

import contextlib
import threading

import torch
from torch.utils._pytree import tree_map

from hornbeam.engine.torch.arrays import as_dtype, asarray, default_device, dtype_name
from hornbeam.engine.torch.modes import flagged, modes
from hornbeam.engine.torch.shapes import to_meta

# A module holds other tensors while it runs: one at a time.
_lock = threading.RLock()


def seed_modules(seed):
    torch.manual_seed(seed)


def is_module(x):
    return isinstance(x, torch.nn.Module)


def module_tensors(module):
    """The parameters and buffers, on the device: `(name, tensor, dtype, is trained)`."""
    if any(isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin) for tensor in module.parameters()):
        raise ValueError("its tensors have no shape yet")
    module.to(default_device())
    tensors = [*module.named_parameters(), *module.named_buffers()]
    return [(name, tensor, dtype_name(tensor), tensor.requires_grad) for name, tensor in tensors]


def tensor_value(tensor):
    """What a parameter or buffer holds."""
    return tensor.detach()


def hold_in_tensor(tensor, value):
    """Let a parameter or buffer hold `value`; whoever has it sees that."""
    tensor.data = asarray(value).to(as_dtype(dtype_name(tensor)))


def call_module(module, tensors, values, training, dtype, args, kwargs):
    """The module's result while it holds `values` in the place of `tensors`, and the values that it holds then.

    It computes by PyTorch's own rules for mixed precision where `dtype` is one of less than 32 bits.
    """
    copies = [value if tensor.requires_grad else value.clone() for tensor, value in zip(tensors, values, strict=True)]
    if modes.tracing:
        copies = to_meta(copies)
    with _lock, _holding(module, tensors, copies) as places, _mode(module, training), flagged("in_module", True):
        if as_dtype(dtype).itemsize >= 4:
            result = module(*args, **kwargs)
        else:
            result = _in_mixed_precision(module, as_dtype(dtype), args, kwargs)
        return result, [holder[key] for holder, key in places]


def _in_mixed_precision(module, dtype, args, kwargs):
    """All that floats in the result is of the dtype; a result without values has no rules to follow."""
    if modes.tracing:
        args, kwargs = _cast((args, kwargs), torch.float32)
    with torch.autocast(default_device().type, dtype):
        return _cast(module(*args, **kwargs), dtype)


def _cast(x, dtype):
    def cast(leaf):
        return leaf.to(dtype) if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() else leaf

    return tree_map(cast, x)


@contextlib.contextmanager
def _holding(module, tensors, values):
    """Each of `tensors` is replaced wherever the module has it; gives one place of each."""
    number = {id(tensor): i for i, tensor in enumerate(tensors)}
    places = [(holder, key, holder[key]) for holder, key in _places(module) if id(holder[key]) in number]
    first = {number[id(tensor)]: (holder, key) for holder, key, tensor in reversed(places)}
    try:
        for holder, key, tensor in places:
            holder[key] = values[number[id(tensor)]]
        yield [first[i] for i in range(len(tensors))]
    finally:
        for holder, key, tensor in places:
            holder[key] = tensor


def _places(module):
    for one in module.modules():
        for holder in (one._parameters, one._buffers):
            yield from ((holder, name) for name in holder)
        for held in vars(one).values():
            if type(held) is list:  # recurrent modules list their weights
                yield from ((held, i) for i in range(len(held)))


@contextlib.contextmanager
def _mode(module, training):
    """Trains or not; afterwards each part is as it was."""
    before = [(one, one.training) for one in module.modules()]
    try:
        if training is not None:
            module.train(bool(training))
        yield
    finally:
        for one, flag in before:
            one.training = flag
