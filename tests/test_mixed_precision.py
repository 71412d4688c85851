"""The names of `tf.keras.mixed_precision`."""

import pytest

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


def test_a_policy_cannot_be_changed_behind_the_back_of_its_layers():
    policy = hornbeam.DTypePolicy("mixed_float16")
    for name in ("name", "compute_dtype", "variable_dtype"):
        with pytest.raises(AttributeError):
            setattr(policy, name, "float64")


def test_a_map_of_policies_reads_custom_policies():
    class Half(hornbeam.DTypePolicy):
        pass

    policies = hornbeam.dtype_policies.DTypePolicyMap("float32", {"head": Half("float16")})
    back = type(policies).from_config(policies.get_config(), custom_objects={"Half": Half})
    assert back["head"] == Half("float16") and back["other"].name == "float32"


def test_the_name_of_a_policy_is_a_string():
    with pytest.raises(TypeError, match="must be a string"):
        hornbeam.DTypePolicy(3)
