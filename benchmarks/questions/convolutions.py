"""XLA's convolutions on a CPU against the formulations of Hornbeam's JAX engine, forward and backward.

Each row is one layer: images, pixels, channels in and out, kernel, stride. Both sides are compiled with the options of
programs that convolve. Run: python benchmarks/questions/convolutions.py [PART OF A NAME]
"""

import functools
import sys

import jax
from convolution_net_parts import array, both_ways, own
from jax import lax
from timing import compare

# name, (images, pixels, channels in), (kernel, channels out), stride, groups
CONVOLUTIONS = [
    ("first layer, grey images", (32, 28, 1), (3, 32), 1, 1),
    ("first layer, grey images, LeNet", (32, 28, 1), (5, 6), 1, 1),
    ("first layer, colour images", (32, 32, 3), (3, 32), 1, 1),
    ("few channels out", (32, 26, 32), (3, 8), 1, 1),
    ("few channels out, many images", (128, 26, 32), (3, 8), 1, 1),
    ("one channel out", (32, 28, 32), (3, 1), 1, 1),
    ("pointwise", (32, 28, 64), (1, 64), 1, 1),
    ("pointwise, strided", (16, 28, 128), (1, 128), 2, 1),
    ("depthwise", (32, 16, 64), (3, 64), 1, 64),
    ("depthwise, strided", (16, 32, 128), (3, 128), 2, 128),
    ("32 groups", (16, 16, 64), (3, 128), 1, 32),
    ("4 groups", (16, 16, 64), (3, 128), 1, 4),
    ("volumes", (4, 16, 16), (3, 16), 1, 1),
    ("volumes, strided", (4, 16, 16), (3, 32), 2, 1),
]
TRANSPOSED = [
    ("transposed", (32, 14, 64), (3, 32), 2, 1),
    ("transposed, one channel out", (32, 14, 16), (3, 1), 2, 1),
    ("transposed, not strided", (32, 28, 32), (3, 1), 1, 1),
]


def layout(x):
    axes = "DHW"[5 - x.ndim :]
    return f"N{axes}C", f"{axes}IO", f"N{axes}C"


def convolution(pads, strides, groups):
    def xla(x, kernel):
        return lax.conv_general_dilated(
            x, kernel, strides, pads, dimension_numbers=layout(x), feature_group_count=groups
        )

    return xla, lambda x, kernel: own.conv(x, kernel, strides, pads, (1,) * len(strides), groups)


def transposed(pads, strides, size):
    def xla(x, kernel):
        return lax.conv_transpose(x, kernel, strides, "SAME", dimension_numbers=layout(x), transpose_kernel=True)

    return xla, lambda x, kernel: own.conv_transpose(x, kernel, strides, pads, (1, 1), size)


def main(part=""):
    print(f"jax {jax.__version__}, forward and backward")
    rows = [(False, *row) for row in CONVOLUTIONS] + [(True, *row) for row in TRANSPOSED]
    for is_transposed, name, (images, pixels, inputs), (taps, outputs), stride, groups in rows:
        if part not in name:
            continue
        axes = 3 if name.startswith("volumes") else 2
        print(f"{name}: {images} x {pixels}^{axes} x {inputs}, {taps}^{axes} x {outputs}, stride {stride}")
        strides = (stride,) * axes
        if is_transposed:
            kernel, around = array(taps, taps, outputs, inputs), max(taps - stride, 0) // 2
            pair = transposed([(around, around)] * 2, strides, (pixels * stride,) * 2)
        else:
            kernel, around = array(*[taps] * axes, inputs // groups, outputs), (taps - 1) // 2
            pair = convolution([(around, around)] * axes, strides, groups)
        x = array(images, *[pixels] * axes, inputs)
        if name.startswith("first"):  # its input needs no gradient
            runs = [both_ways(functools.partial(fn, x), kernel) for fn in pair]
        else:
            runs = [both_ways(fn, x, kernel) for fn in pair]
        compare(dict(zip(("XLA's", "Hornbeam's"), runs, strict=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
