"""XLA's pooling on a CPU against that of Hornbeam's JAX engine, forward and backward.

Run: python benchmarks/questions/pooling.py
"""

import jax
import numpy as np
from convolution_net_parts import array, both_ways, own
from jax import lax
from timing import compare


def main():
    print(f"jax {jax.__version__}, forward and backward")
    for shape, window, stride in [
        ((64, 32, 32, 32), 2, 2),
        ((64, 32, 32, 8), 2, 2),
        ((64, 8, 8, 128), 2, 2),
        ((32, 32, 32, 32), 3, 2),
        ((32, 32, 32, 16), 3, 1),
        ((8, 56, 56, 64), 3, 2),
    ]:
        size, strides, pads = (window, window), (stride, stride), [(0, 0), (0, 0)]
        outer = (1, *size, 1), (1, *strides, 1), "VALID"
        x = array(*shape)
        print(f"{' x '.join(map(str, shape))}, windows {window} x {window}, stride {stride}")
        alternatives = {
            "maximum: XLA's": lambda x, outer=outer: lax.reduce_window(x, -np.inf, lax.max, *outer),
            "maximum: Hornbeam's": lambda x, a=(size, strides, pads): own.max_pool(x, *a),
            "sum: XLA's": lambda x, outer=outer: lax.reduce_window(x, 0.0, lax.add, *outer),
            "sum: Hornbeam's": lambda x, a=(size, strides, pads): own.sum_pool(x, *a),
        }
        compare({name: both_ways(fn, x) for name, fn in alternatives.items()})


if __name__ == "__main__":
    main()
