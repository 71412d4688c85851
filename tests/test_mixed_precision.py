"""The names of `tf.keras.mixed_precision`."""

import hornbeam
from hornbeam import mixed_precision


def test_policies_are_those_of_layers():
    mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        assert mixed_precision.global_policy().name == "mixed_bfloat16"
        assert hornbeam.layers.Dense(1).compute_dtype == "bfloat16"
    finally:
        mixed_precision.set_dtype_policy("float32")
    assert mixed_precision.Policy("mixed_float16").variable_dtype == "float32"
    assert mixed_precision.LossScaleOptimizer is hornbeam.optimizers.LossScaleOptimizer
