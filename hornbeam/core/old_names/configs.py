"""What configs in the files of older versions have otherwise than a constructor's arguments.

KINDS       the public module of what stands under a key that ends so, where the config does not say it
CHANGED     for files of a generation and earlier: values that mean something else today, by the end of the key
DEFAULTS    for files of a generation and earlier: what an argument is that the config of a class does not have
CHANGED_DEFAULTS  arguments of classes that had another default, with the last version that did, and that default
MERGE_MODES what a `Merge` of Keras 1 is today, by its mode, and what it is made with
LEFT_OUT    keys that no class has today and that change nothing
SEQUENCES   the `class_name` of what tf.keras wrote for a tuple and for a shape, with its `items`
UNUSED      keys that a class does not have today, and the values with which they changed nothing; `ANY` did not
SIGNS       keys that only the configs of older versions have
OF_BOTH     names of Keras 1's arguments that configs of Keras 2 have as well, for something else
"""

from __future__ import annotations

from typing import Any

KINDS: dict[str, str] = {
    "_initializer": "keras.initializers",
    "_regularizer": "keras.regularizers",
    "_constraint": "keras.constraints",
}
CHANGED: dict[int, dict[str, dict[Any, Any]]] = {
    2: {
        "activation": {
            "hard_sigmoid": "keras2_hard_sigmoid",
            "softmax_v2": "softmax",  # of `tf.nn`
            "log_softmax_v2": "log_softmax",
        },
        "output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"},
    },
}
DEFAULTS: dict[int, dict[str, dict[str, Any]]] = {
    2: {
        "GRU": {"reset_after": False, "recurrent_activation": "keras2_hard_sigmoid"},
        "GRUCell": {"reset_after": False, "recurrent_activation": "keras2_hard_sigmoid"},
        "LSTM": {"recurrent_activation": "keras2_hard_sigmoid"},
        "LSTMCell": {"recurrent_activation": "keras2_hard_sigmoid"},
        "ConvLSTM2D": {"recurrent_activation": "keras2_hard_sigmoid"},
        "CuDNNLSTM": {"recurrent_activation": "sigmoid"},
        "CuDNNGRU": {"recurrent_activation": "sigmoid", "reset_after": True},
    },
}
CHANGED_DEFAULTS: dict[str, dict[str, tuple[str, Any]]] = {
    "LSTM": {"recurrent_activation": ("2.3", "hard_sigmoid")},
    "ConvLSTM2D": {"recurrent_activation": ("2.3", "hard_sigmoid")},
    "GRU": {"recurrent_activation": ("2.3", "hard_sigmoid"), "reset_after": ("2.3", False)},
    "BatchNormalization": {"epsilon": ("1.0", 1e-5), "momentum": ("1.0", 0.9)},
}
MERGE_MODES: dict[str, tuple[str, dict[str, Any]]] = {
    "sum": ("Add", {}),
    "mul": ("Multiply", {}),
    "ave": ("Average", {}),
    "max": ("Maximum", {}),
    "concat": ("Concatenate", {"axis": "concat_axis"}),
    "dot": ("Dot", {"axes": "dot_axes"}),
    "cos": ("Dot", {"axes": "dot_axes", "normalize": True}),
}
LEFT_OUT = ("implementation", "time_major", "consume_less", "ragged", "input_length", "forget_bias_init", "legacy")
SEQUENCES = ("__tuple__", "TensorShape")
ANY: Any = ...
_OF_A_KERNEL = dict.fromkeys(("kernel_initializer", "kernel_regularizer", "kernel_constraint"), ANY)
_MERGED = {"lora_rank": ANY, "lora_alpha": ANY}  # Keras writes the kernel with the product added
_UNGROUPED = {"groups": (1,)}
UNUSED: dict[str, dict[str, Any]] = {
    **{f"Conv{n}DTranspose": _UNGROUPED for n in (1, 2, 3)},
    **{f"DepthwiseConv{n}D": {**_UNGROUPED, **_OF_A_KERNEL, "filters": (None,)} for n in (1, 2)},
    **{f"SeparableConv{n}D": {**_UNGROUPED, **_OF_A_KERNEL} for n in (1, 2)},
    "BatchNormalization": {
        "renorm": (False,),
        "renorm_clipping": (None, {}),
        "renorm_momentum": ANY,
        "fused": ANY,
        "virtual_batch_size": (None,),
        "adjustment": (None,),
    },
    **dict.fromkeys(("Dense", "EinsumDense", "Embedding", "Conv1D", "Conv2D", "Conv3D"), _MERGED),
    "Highway": {"transform_bias": ANY},  # only what a weight begins with
    "MultiHeadAttention": dict.fromkeys(("query_shape", "key_shape", "value_shape"), ANY),
    **{name: {"causal": (False, None)} for name in ("Attention", "AdditiveAttention")},
}
OF_BOTH = ("alpha", "mode", "length", "p", "bias", "stride")
SIGNS = frozenset(("batch_input_shape", "implementation", "time_major", "consume_less"))
