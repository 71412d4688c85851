"""Old values of arguments: for each argument, by its old name, what the old value is now.

A key may be more narrow: "BatchNormalization.mode" is the argument of one class. Values that are not listed stay as
they are; those of an argument that is left out today are an error.
"placeholders" stands for inputs of graphs.
"""

from __future__ import annotations

from typing import Any

VALUES: dict[str, dict[Any, Any]] = {
    "sample_weight_mode": {None: None, "temporal": None},
    "target_tensors": {None: None, "placeholders": None},
    "reset_metrics": {True: None},
    "dynamic": {True: None},
    "LossScaleOptimizer.loss_scale": {"dynamic": 2.0**15},
    "dim_ordering": {"th": "channels_first", "tf": "channels_last", "default": None},
    "BatchNormalization.mode": {0: None, 2: None},
    "forget_bias_init": {"one": True, "ones": True, "zero": False, "zeros": False},
    "SimpleRNN.forget_bias_init": {"one": None, "ones": None, "zero": None, "zeros": None},
    "GRU.forget_bias_init": {"one": None, "ones": None, "zero": None, "zeros": None},
    "grayscale": {True: "grayscale", False: "rgb"},
    "reduction": {"auto": "sum_over_batch_size"},
}
