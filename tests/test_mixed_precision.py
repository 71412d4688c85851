"""The names of `tf.keras.mixed_precision`."""

import ml_dtypes
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
    with pytest.raises(ValueError, match="Received: ''"):
        hornbeam.DTypePolicy("")
    with pytest.raises(TypeError, match="must be a dictionary of policies by path"):
        hornbeam.dtype_policies.DTypePolicyMap(policy_map=3)


def test_a_policy_without_a_name_is_the_global_one(monkeypatch):
    policies = hornbeam.dtype_policies.DTypePolicyMap("float16", {"head": "mixed_bfloat16"})
    assert repr(policies) == "<DTypePolicyMap default_policy='float16', mapping=[('head', 'mixed_bfloat16')]>"
    for policy in ("mixed_float16", policies):
        monkeypatch.setattr("hornbeam.core.policies._policy", hornbeam.dtype_policies.get(policy))
        assert hornbeam.DTypePolicy().compute_dtype == "float16"


def test_dtypes_of_eight_bits_are_known():
    for name in ("float8_e4m3fn", "float8_e5m2"):
        assert hornbeam.backend.standardize_dtype(getattr(ml_dtypes, name)) == name
        assert hornbeam.ops.cast([1.0, 3.0], name).dtype == hornbeam.ops.cast([1.0], name).dtype
    assert hornbeam.backend.standardize_dtype(complex) == "complex64"


def test_a_variable_has_the_dtype_that_a_layer_reads_it_in(engine):
    class Scaled(hornbeam.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight((1,), "ones")
            self.exact = self.add_weight((1,), "ones", autocast=False)
            self.count = self.add_weight((1,), "zeros", dtype="int32", trainable=False)

        def call(self, x):
            self.scale.assign(x[0] * 1.5)
            self.seen = [v.dtype for v in (self.scale, self.exact, self.count)]
            return x * hornbeam.ops.ones((1,), self.scale.dtype)

    layer = Scaled(dtype="mixed_bfloat16")
    assert hornbeam.backend.standardize_dtype(layer(hornbeam.ops.ones((1, 1))).dtype) == "bfloat16"
    assert layer.seen == ["bfloat16", "float32", "int32"]
    assert [v.dtype for v in layer.weights] == ["float32", "float32", "int32"] and layer.scale.numpy().tolist() == [1.5]
