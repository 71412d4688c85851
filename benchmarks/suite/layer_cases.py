"""The layers of `benchmarks/layers.py`: in Keras's words, and what PyTorch has of the kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn


@dataclass
class Case:
    """A layer of either library, the shapes of its inputs, and what PyTorch has of the kind, if anything."""

    make: Callable[[Any], Any]
    shapes: list[tuple[int, ...]]
    torch: Callable[[], Any] | None = None
    call: Callable[..., Any] = lambda module, *x: module(*x)
    integers: int = 0  # inputs are integers below this
    is_first: bool = False  # in a model: without gradients by its inputs
    is_random: bool = False  # in training


def first(module: Any, *x: Any) -> Any:
    return module(*x)[0]


def last(module: Any, x: Any) -> Any:
    return module(x)[0][:, -1]


def attend(module: Any, x: Any) -> Any:
    return module(x, x, x, need_weights=False)[0]


class Separable(nn.Sequential):
    def __init__(self, channels: int, filters: int):
        depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        super().__init__(depthwise, nn.Conv2d(channels, filters, 1))


class Own(nn.Module):
    """A function of PyTorch as a module."""

    def __init__(self, function: Callable[..., Any]):
        super().__init__()
        self.forward = function


class Applied:
    """Self-attention as a function of one input."""

    def __init__(self, layer: Any):
        self.layer = layer

    def __call__(self, x: Any, **kwargs: Any) -> Any:
        return self.layer(x, x, **kwargs)


def inner(layer: Any) -> Any:
    return layer.layer if isinstance(layer, Applied) else layer


IMAGES, STEPS = (32, 32, 32, 32), (64, 50, 64)
CASES = {
    "Dense": Case(lambda k: k.Dense(512, "relu"), [(256, 512)], lambda: nn.Sequential(nn.Linear(512, 512), nn.ReLU())),
    "Dense of steps": Case(lambda k: k.Dense(256), [(32, 64, 256)], lambda: nn.Linear(256, 256)),
    "EinsumDense": Case(lambda k: k.EinsumDense("abc,cde->abde", (None, 8, 32), bias_axes="de"), [(32, 64, 256)]),
    "Embedding": Case(
        lambda k: k.Embedding(20000, 128), [(64, 128)], lambda: nn.Embedding(20000, 128), integers=20000, is_first=True
    ),
    "Conv1D": Case(lambda k: k.Conv1D(64, 3, padding="same"), [(64, 128, 64)], lambda: nn.Conv1d(64, 64, 3, padding=1)),
    "Conv2D": Case(lambda k: k.Conv2D(64, 3, padding="same"), [IMAGES], lambda: nn.Conv2d(32, 64, 3, padding=1)),
    "Conv2D strided": Case(
        lambda k: k.Conv2D(64, 3, 2, padding="valid"), [IMAGES], lambda: nn.Conv2d(32, 64, 3, stride=2)
    ),
    "Conv2D of colours": Case(
        lambda k: k.Conv2D(32, 3, padding="same"),
        [(32, 64, 64, 3)],
        lambda: nn.Conv2d(3, 32, 3, padding=1),
        is_first=True,
    ),
    "Conv3D": Case(
        lambda k: k.Conv3D(16, 3, padding="same"), [(4, 16, 16, 16, 16)], lambda: nn.Conv3d(16, 16, 3, padding=1)
    ),
    "DepthwiseConv2D": Case(
        lambda k: k.DepthwiseConv2D(3, padding="same"), [IMAGES], lambda: nn.Conv2d(32, 32, 3, padding=1, groups=32)
    ),
    "SeparableConv2D": Case(lambda k: k.SeparableConv2D(64, 3, padding="same"), [IMAGES], lambda: Separable(32, 64)),
    "Conv2DTranspose": Case(
        lambda k: k.Conv2DTranspose(32, 3, 2, padding="same"),
        [(32, 16, 16, 32)],
        lambda: nn.ConvTranspose2d(32, 32, 3, 2, padding=1, output_padding=1),
    ),
    "MaxPooling2D": Case(lambda k: k.MaxPooling2D(), [IMAGES], lambda: nn.MaxPool2d(2)),
    "MaxPooling2D overlapping": Case(lambda k: k.MaxPooling2D(3, 2), [IMAGES], lambda: nn.MaxPool2d(3, 2)),
    "AveragePooling2D": Case(lambda k: k.AveragePooling2D(2), [IMAGES], lambda: nn.AvgPool2d(2)),
    "GlobalAveragePooling2D": Case(
        lambda k: k.GlobalAveragePooling2D(), [IMAGES], lambda: Own(lambda x: x.mean((2, 3)))
    ),
    "UpSampling2D": Case(lambda k: k.UpSampling2D(), [IMAGES], lambda: nn.Upsample(scale_factor=2)),
    "UpSampling2D bilinear": Case(
        lambda k: k.UpSampling2D(interpolation="bilinear"),
        [IMAGES],
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
    ),
    "ZeroPadding2D": Case(lambda k: k.ZeroPadding2D(), [IMAGES], lambda: nn.ZeroPad2d(1)),
    "Cropping2D": Case(lambda k: k.Cropping2D(2), [IMAGES], lambda: Own(lambda x: x[:, :, 2:-2, 2:-2].contiguous())),
    "BatchNormalization": Case(lambda k: k.BatchNormalization(), [IMAGES], lambda: nn.BatchNorm2d(32)),
    "LayerNormalization": Case(lambda k: k.LayerNormalization(), [(64, 64, 256)], lambda: nn.LayerNorm(256)),
    "RMSNormalization": Case(lambda k: k.RMSNormalization(), [(64, 64, 256)], lambda: nn.RMSNorm(256)),
    "GroupNormalization": Case(lambda k: k.GroupNormalization(8), [IMAGES], lambda: nn.GroupNorm(8, 32)),
    "UnitNormalization": Case(
        lambda k: k.UnitNormalization(), [(64, 64, 256)], lambda: Own(lambda x: nn.functional.normalize(x, dim=-1))
    ),
    "SimpleRNN": Case(lambda k: k.SimpleRNN(64), [STEPS], lambda: nn.RNN(64, 64, batch_first=True), last),
    "GRU": Case(lambda k: k.GRU(64), [STEPS], lambda: nn.GRU(64, 64, batch_first=True), last),
    "LSTM": Case(lambda k: k.LSTM(64), [STEPS], lambda: nn.LSTM(64, 64, batch_first=True), last),
    "LSTM of sequences": Case(
        lambda k: k.LSTM(64, return_sequences=True), [STEPS], lambda: nn.LSTM(64, 64, batch_first=True), first
    ),
    "Bidirectional": Case(
        lambda k: k.Bidirectional(k.LSTM(64, return_sequences=True)),
        [STEPS],
        lambda: nn.LSTM(64, 64, batch_first=True, bidirectional=True),
        first,
    ),
    "ConvLSTM2D": Case(lambda k: k.ConvLSTM2D(16, 3, padding="same"), [(4, 8, 16, 16, 16)]),
    "TimeDistributed": Case(lambda k: k.TimeDistributed(k.Dense(64)), [STEPS], lambda: nn.Linear(64, 64)),
    "MultiHeadAttention": Case(
        lambda k: Applied(k.MultiHeadAttention(8, 32)),
        [(16, 128, 256)],
        lambda: nn.MultiheadAttention(256, 8, batch_first=True),
        attend,
    ),
    "Attention": Case(
        lambda k: k.Attention(),
        [(16, 128, 256)] * 2,
        lambda: Own(lambda q, v: nn.functional.scaled_dot_product_attention(q, v, v, scale=1.0)),
    ),
    "Dropout": Case(lambda k: k.Dropout(0.5), [(64, 64, 256)], lambda: nn.Dropout(0.5), is_random=True),
    "SpatialDropout2D": Case(lambda k: k.SpatialDropout2D(0.5), [IMAGES], lambda: nn.Dropout2d(0.5), is_random=True),
    "GaussianNoise": Case(lambda k: k.GaussianNoise(0.5), [(64, 64, 256)], is_random=True),
    "ReLU": Case(lambda k: k.ReLU(), [(64, 64, 256)], nn.ReLU),
    "LeakyReLU": Case(lambda k: k.LeakyReLU(), [(64, 64, 256)], lambda: nn.LeakyReLU(0.3)),
    "PReLU": Case(lambda k: k.PReLU(shared_axes=[1, 2]), [IMAGES], lambda: nn.PReLU(32)),
    "ELU": Case(lambda k: k.ELU(), [(64, 64, 256)], nn.ELU),
    "Activation gelu": Case(lambda k: k.Activation("gelu"), [(64, 64, 256)], nn.GELU),
    "Activation swish": Case(lambda k: k.Activation("swish"), [(64, 64, 256)], nn.SiLU),
    "Activation tanh": Case(lambda k: k.Activation("tanh"), [(64, 64, 256)], nn.Tanh),
    "Softmax": Case(lambda k: k.Softmax(), [(64, 64, 256)], lambda: nn.Softmax(-1)),
    "Flatten": Case(lambda k: k.Flatten(), [IMAGES], nn.Flatten),
    "Reshape": Case(lambda k: k.Reshape((64, 512)), [IMAGES]),
    "Permute": Case(
        lambda k: k.Permute((2, 1)), [(64, 256, 256)], lambda: Own(lambda x: x.transpose(1, 2).contiguous())
    ),
    "RepeatVector": Case(lambda k: k.RepeatVector(50), [(256, 128)]),
    "Add": Case(lambda k: k.Add(), [(64, 64, 256)] * 2, lambda: Own(torch.add)),
    "Multiply": Case(lambda k: k.Multiply(), [(64, 64, 256)] * 2, lambda: Own(torch.mul)),
    "Maximum": Case(lambda k: k.Maximum(), [(64, 64, 256)] * 2, lambda: Own(torch.maximum)),
    "Concatenate": Case(lambda k: k.Concatenate(), [(64, 64, 256)] * 2, lambda: Own(lambda *x: torch.cat(x, -1))),
    "Dot": Case(lambda k: k.Dot(axes=2), [(32, 64, 128)] * 2, lambda: Own(lambda a, b: a @ b.transpose(1, 2))),
}
