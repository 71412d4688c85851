"""Contractions, decompositions and Fourier transforms."""

import functools
import math

import torch

from hornbeam.engine.torch.arrays import at_least_float32, inexact, promoted


def _product(fn, *given):
    """A product of matrices: bool through int32, integers through float64 on a GPU, which has no kernels for them."""
    xs = promoted(*given)
    dtype = xs[0].dtype
    if dtype is torch.bool:
        return fn(*(x.to(torch.int32) for x in xs)) != 0
    if not dtype.is_floating_point and not dtype.is_complex and xs[0].is_cuda:
        return fn(*(x.to(torch.float64) for x in xs)).to(dtype)
    return fn(*xs)


def matmul(x1, x2):
    return _product(torch.matmul, x1, x2)


def einsum(subscripts, *xs):
    return _product(functools.partial(torch.einsum, subscripts), *xs)


def qr(x, mode="reduced"):
    return tuple(torch.linalg.qr(inexact(x), mode))


def solve(a, b):
    a, b = promoted(a, b)
    a, b = inexact(a), inexact(b)
    return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1) if b.ndim == 1 else torch.linalg.solve(a, b)


def svd(x, full_matrices=True):
    return tuple(torch.linalg.svd(inexact(x), full_matrices))


def cholesky(x):
    x = inexact(x)
    factor, info = torch.linalg.cholesky_ex((x + x.mT) / 2)
    return torch.where((info == 0)[..., None, None], factor, math.nan)


def eigh(x):
    return tuple(torch.linalg.eigh(inexact(x)))


def eig(x):
    return tuple(torch.linalg.eig(inexact(x)))


def lu_factor(x):
    factors, pivots = torch.linalg.lu_factor(inexact(x))
    return factors, pivots - 1


def complex(real, imag):
    return torch.complex(*torch.broadcast_tensors(*promoted(real, imag)))


def real(x):
    return x.real if x.is_complex() else x


def imag(x):
    return x.imag if x.is_complex() else torch.zeros_like(x)


def rfft(x, n):
    y = torch.fft.rfft(at_least_float32(x), n)
    return y.real, y.imag


def irfft(real, imag, n):
    real, imag = promoted(real, imag)
    return torch.fft.irfft(torch.complex(at_least_float32(real), at_least_float32(imag)), n)
