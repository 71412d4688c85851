"""Random numbers: a key is a uint32 tensor of shape (2,) on the host, and each draw has a generator of its own."""

import torch

from hornbeam.engine.torch.arrays import as_dtype, asarray, at_least_float32, default_device
from hornbeam.engine.torch.modes import modes

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


def _draw(key, shape, dtype, draw):
    """`draw(generator)`, or a tensor without values where the key or everything is traced."""
    if modes.tracing or key.is_meta:
        return torch.empty(tuple(shape), dtype=dtype, device="meta")
    generator = torch.Generator(default_device())
    generator.manual_seed(_number(key))
    return draw(generator).to(dtype)


def random_key(seed):
    seed = asarray(seed, "uint32")
    return seed if seed.is_meta else seed.cpu()


def random_split(key, n):
    if key.is_meta:
        return torch.empty((n, 2), dtype=torch.uint32, device="meta")
    number = _number(key)
    children = [_mix(number ^ _mix(i + 1)) for i in range(n)]
    return torch.tensor([(child >> 32, child & 0xFFFFFFFF) for child in children], dtype=torch.uint32)


def _options(generator):
    return {"generator": generator, "device": generator.device}


def random_bits(key, shape):
    shape = tuple(shape)
    return _draw(key, shape, torch.uint32, lambda g: torch.randint(2**32, shape, dtype=torch.int64, **_options(g)))


def random_uniform(key, shape, dtype):
    shape, dtype = tuple(shape), as_dtype(dtype)
    return _draw(key, shape, dtype, lambda g: torch.rand(shape, dtype=dtype, **_options(g)))


def random_normal(key, shape, dtype):
    shape, dtype = tuple(shape), as_dtype(dtype)
    return _draw(key, shape, dtype, lambda g: torch.randn(shape, dtype=dtype, **_options(g)))


def random_gamma(key, alpha, shape, dtype):
    def draw(generator):
        wide = at_least_float32(asarray(alpha, dtype)).broadcast_to(tuple(shape)).contiguous()
        return torch._standard_gamma(wide, generator)

    return _draw(key, shape, as_dtype(dtype), draw)


def random_permutation(key, n):
    return _draw(key, (n,), torch.int32, lambda g: torch.randperm(n, **_options(g)))
