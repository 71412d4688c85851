"""Mixed precision, under the names of `tf.keras.mixed_precision`."""

from hornbeam.core.policies import DTypePolicy, dtype_policy, set_dtype_policy
from hornbeam.optimizers import LossScaleOptimizer

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_policy = set_dtype_policy  # the second as long as it was experimental

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
