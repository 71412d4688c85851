"""Random numbers: a key is a uint32 tensor of shape (2,) on the host, and each draw has a generator of its own."""

import torch

from hornbeam.engine.torch.arrays import as_dtype, asarray, at_least_float32, default_device
from hornbeam.engine.torch.modes import modes, recordable

_MASK = 2**64 - 1


def _mix(n: int) -> int:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    n = (n + 0x9E3779B97F4A7C15) & _MASK
    n = ((n ^ (n >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    n = ((n ^ (n >> 27)) * 0x94D049BB133111EB) & _MASK
    return n ^ (n >> 31)


def _number(key) -> int:
    high, low = key.tolist()
    return _mix(high << 32 | low)


def _draw(draw, key, shape, dtype, *parameters):
    """`draw(generator, shape, dtype, *parameters)`, or a tensor without values where there are none."""
    shape, dtype = tuple(shape), as_dtype(dtype)
    if modes.tracing or key.is_meta:
        return torch.empty(shape, dtype=dtype, device="meta")
    return _drawn(draw, key, shape, dtype, *parameters)


@recordable
def _drawn(draw, key, shape, dtype, *parameters):
    generator = torch.Generator(default_device())
    generator.manual_seed(_number(key))
    return draw(generator, shape, dtype, *parameters).to(dtype)


def random_key(seed):
    seed = asarray(seed, "uint32")
    return seed if seed.is_meta else seed.cpu()


def random_split(key, n):
    if key.is_meta:
        return torch.empty((n, 2), dtype=torch.uint32, device="meta")
    return _split(key, n)


@recordable
def _split(key, n):
    number = _number(key)
    children = [_mix(number ^ _mix(i + 1)) for i in range(n)]
    return torch.tensor([(child >> 32, child & 0xFFFFFFFF) for child in children], dtype=torch.uint32)


def _bits(generator, shape, _):
    return torch.randint(2**32, shape, dtype=torch.int64, generator=generator, device=generator.device)


def _uniform(generator, shape, dtype):
    return torch.rand(shape, dtype=dtype, generator=generator, device=generator.device)


def _normal(generator, shape, dtype):
    return torch.randn(shape, dtype=dtype, generator=generator, device=generator.device)


def _gamma(generator, shape, _, alpha):
    return torch._standard_gamma(at_least_float32(alpha).broadcast_to(shape).contiguous(), generator)


def _permutation(generator, shape, _):
    return torch.randperm(*shape, generator=generator, device=generator.device)


def random_bits(key, shape):
    return _draw(_bits, key, shape, "uint32")


def random_uniform(key, shape, dtype):
    return _draw(_uniform, key, shape, dtype)


def random_normal(key, shape, dtype):
    return _draw(_normal, key, shape, dtype)


def random_gamma(key, alpha, shape, dtype):
    return _draw(_gamma, key, shape, dtype, asarray(alpha, dtype))


def random_permutation(key, n):
    return _draw(_permutation, key, (n,), "int32")
