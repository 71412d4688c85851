"""Each common layer alone, forward and with its gradients: Hornbeam and Keras on JAX, and PyTorch's modules, in turn.

    python benchmarks/layers.py                              # every layer, about five minutes
    python benchmarks/layers.py LSTM Conv2D --rounds 15      # some
    python benchmarks/layers.py --into docs/performance.md   # and into the page
    python benchmarks/layers.py --processor                  # on a machine that others use, too

The same numbers go into all three, in one process. Hornbeam's and Keras's layers are compiled, with the weights of one
in the other; PyTorch runs operation by operation, images in channels-last. A forward pass is that of inference, the
other one that of training: outputs, and the gradients by inputs and weights.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Idle threads of PyTorch sleep: otherwise they would take the processor from whoever comes next.
os.environ |= {"KERAS_BACKEND": "jax", "HORNBEAM_ENGINE": "jax", "OMP_WAIT_POLICY": "PASSIVE"}
sys.path.insert(0, str(Path(__file__).parent / "suite"))

import jax
import keras
import numpy as np
import torch
from tables import replace, seconds, table, times
from torch import nn

import hornbeam
from hornbeam import engine
from hornbeam.core.lift import lift, value_and_grad
from hornbeam.core.variable import Variable

Run = Callable[[], Any]
clock = time.perf_counter


@dataclass
class Case:
    """A layer of either library, the shapes of its inputs, and what PyTorch has of the kind, if anything."""

    make: Callable[[Any], Any]
    shapes: list[tuple[int, ...]]
    torch: Callable[[], Any] | None = None
    call: Callable[..., Any] = lambda module, *x: module(*x)
    integers: int = 0  # inputs are integers below this
    is_first: bool = False  # in a model: without gradients by its inputs


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
    "Dropout": Case(lambda k: k.Dropout(0.5), [(64, 64, 256)], lambda: nn.Dropout(0.5)),
    "SpatialDropout2D": Case(lambda k: k.SpatialDropout2D(0.5), [IMAGES], lambda: nn.Dropout2d(0.5)),
    "GaussianNoise": Case(lambda k: k.GaussianNoise(0.5), [(64, 64, 256)]),
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


class Applied:
    """Self-attention as a function of one input."""

    def __init__(self, layer: Any):
        self.layer = layer

    def __call__(self, x: Any, **kwargs: Any) -> Any:
        return self.layer(x, x, **kwargs)


def inner(layer: Any) -> Any:
    return layer.layer if isinstance(layer, Applied) else layer


def called(layer: Any, x: list[Any], training: bool) -> Any:
    return layer(x[0] if len(x) == 1 else x, training=training)


def inputs_of(case: Case, rows: int | None) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    shapes = [(rows or shape[0], *shape[1:]) for shape in case.shapes]
    if case.integers:
        return [draw.integers(case.integers, size=shape).astype("int32") for shape in shapes]
    return [draw.normal(size=shape).astype("float32") for shape in shapes]


def keras_runs(case: Case, x: list[np.ndarray]) -> tuple[Run, Run, list[np.ndarray]]:
    layer = case.make(keras.layers)
    called(layer, x, False)
    own, given = inner(layer), [jax.numpy.asarray(one) for one in x]
    trained, rest = own.trainable_variables, own.non_trainable_variables

    def compute(training: bool, weights: list[Any], others: list[Any], x: list[Any]) -> tuple[Any, list[Any]]:
        state = [*zip(trained, weights, strict=True), *zip(rest, others, strict=True)]
        with keras.StatelessScope(state) as scope:
            y = called(layer, x, training)
        return y, [scope.get_current_value(v) for v in rest]

    def loss(weights: list[Any], x: list[Any], others: list[Any], by: Any) -> tuple[Any, Any]:
        y, after = compute(True, weights, others, x)
        return (y * by).sum(), (y, after)

    values = [v.value for v in trained], [v.value for v in rest]
    forward = jax.jit(lambda weights, others, x: compute(False, weights, others, x))
    both = jax.jit(jax.value_and_grad(loss, 0 if case.is_first else (0, 1), has_aux=True))
    by = jax.numpy.asarray(cotangent(forward(*values, given)[0].shape))
    return lambda: forward(*values, given), lambda: both(values[0], given, values[1], by), own.get_weights()


def cotangent(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def hornbeam_runs(case: Case, x: list[np.ndarray], weights: list[np.ndarray]) -> tuple[Run, Run]:
    layer = case.make(hornbeam.layers)
    given = [engine.asarray(one) for one in x]
    called(layer, given, False)
    own = inner(layer)
    own.set_weights(weights)
    holders = [] if case.is_first else [Variable(one, name="x") for one in x]

    def loss(by: Any) -> tuple[Any, Any]:
        y = called(layer, [v.value for v in holders] or given, True)
        return engine.sum(y * by), y

    wanted = [*own.trainable_variables, *holders]
    variables = [*own.non_trainable_variables, *wanted]
    changed = len(own.non_trainable_variables)
    in_rest = lift(lambda *x: called(layer, list(x), False), variables)
    in_training = lift(lambda by: value_and_grad(lambda: loss(by), wanted), variables)

    def without_copies(pure: Any) -> Any:
        """Of the state, what may have changed: whoever trains hands over the memory of the rest."""

        def run(values: list[Any], *args: Any) -> tuple[Any, list[Any]]:
            result, after = pure(values, *args)
            return result, after[:changed]

        return engine.jit(run)

    forward, both = without_copies(in_rest), without_copies(in_training)
    values = [v.value for v in variables]
    by = engine.asarray(cotangent(tuple(forward(values, *given)[0].shape)))
    return lambda: forward(values, *given), lambda: both(values, by)


def torch_runs(case: Case, x: list[np.ndarray]) -> tuple[Run | None, Run | None]:
    if case.torch is None:
        return None, None
    module = case.torch()
    is_image = len(case.shapes[0]) > 3 or isinstance(module, nn.Conv1d)
    given = [torch.tensor(one).movedim(-1, 1) if is_image else torch.tensor(one) for one in x]
    if len(case.shapes[0]) == 4:
        module = module.to(memory_format=torch.channels_last)
    if not case.is_first:
        given = [one.requires_grad_() for one in given]
    wanted = [*([] if case.is_first else given), *module.parameters()]

    def forward() -> Any:
        module.eval()
        with torch.no_grad():
            return case.call(module, *given)

    by = torch.tensor(cotangent(tuple(forward().shape)))
    if len(by.shape) == 4:
        by = by.contiguous(memory_format=torch.channels_last)

    def both() -> Any:
        module.train()
        return torch.autograd.grad(case.call(module, *given), wanted, by)

    return forward, both


def ready(run: Run) -> float:
    """Seconds of one run, until its results are there."""
    start = clock()
    jax.block_until_ready(run())
    return clock() - start


def measure(runs: list[Run | None], rounds: int) -> list[float | None]:
    """The median over rounds of the best of some calls. PyTorch comes last, and its threads get time to fall asleep."""
    found: list[list[float]] = [[] for _ in runs]
    calls = [0 if run is None else max(1, min(50, int(0.02 / min(ready(run) for _ in range(3))))) for run in runs]
    for i in range(rounds):
        time.sleep(0.03)
        for k in (i % 2, 1 - i % 2, 2):
            if (run := runs[k]) is not None:
                run()
                found[k].append(min(ready(run) for _ in range(calls[k])))
    return [statistics.median(each) if each else None for each in found]


def compare(case: Case, rounds: int, rows: int | None = None) -> list[list[float | None]]:
    """Seconds of Hornbeam, Keras and PyTorch, forward and with gradients."""
    x = inputs_of(case, rows)
    *theirs, weights = keras_runs(case, x)
    ours, modules = hornbeam_runs(case, x, weights), torch_runs(case, x)
    np.testing.assert_allclose(ours[0]()[0], theirs[0]()[0], rtol=1e-3, atol=1e-3)
    return [measure([*runs], rounds) for runs in zip(ours, theirs, modules, strict=True)]


HEAD = [
    "layer",
    "input",
    *(f"{phase}{name}" for phase in ("forward: ", "with gradients: ") for name in ("Hornbeam", "Keras", "PyTorch")),
]


def line(name: str, case: Case, found: list[list[float | None]]) -> list[str]:
    shown = [f"`{name}`", "×".join(map(str, case.shapes[0]))]
    for ours, *others in found:
        shown += [seconds(ours), *(times(other, ours) for other in others)]
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layers", nargs="*", choices=[*CASES, []], metavar="LAYER")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--processor", action="store_true", help="time of processors, where others use the machine, too"
    )
    parser.add_argument("--tiny", action="store_true", help="two rows, one round: only to see that it runs")
    parser.add_argument("--into", type=Path, metavar="PAGE", help="replace the table of this page")
    options = parser.parse_args()
    global clock
    clock = time.process_time if options.processor else time.perf_counter
    lines = []
    for name in options.layers or CASES:
        found = compare(CASES[name], 1 if options.tiny else options.rounds, 2 if options.tiny else None)
        lines.append(line(name, CASES[name], found))
        print(" | ".join(lines[-1]), flush=True)
    if options.into:
        page = options.into.read_text(encoding="utf-8")
        options.into.write_text(replace(page, "layers", table(HEAD, lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
