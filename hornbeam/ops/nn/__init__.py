"""Neural-network functions: activations, normalization, encodings, cross-entropies, convolution, attention."""

from hornbeam.ops.arrays.complex import polar
from hornbeam.ops.nn.attention import dot_product_attention
from hornbeam.ops.nn.convolution import conv, conv_transpose, depthwise_conv, separable_conv
from hornbeam.ops.nn.crossentropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from hornbeam.ops.nn.ctc import ctc_loss
from hornbeam.ops.nn.ctc_decoding import ctc_decode
from hornbeam.ops.nn.encodings import multi_hot, one_hot
from hornbeam.ops.nn.folding import fold, unfold
from hornbeam.ops.nn.normalization import (
    batch_normalization,
    layer_normalization,
    moments,
    normalize,
    rms_normalization,
)
from hornbeam.ops.nn.pixels import depth_to_space, psnr, space_to_depth
from hornbeam.ops.nn.pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from hornbeam.ops.nn.probabilities import log_softmax, softmax, sparsemax
from hornbeam.ops.nn.rectifiers import (
    celu,
    elu,
    gelu,
    hard_shrink,
    leaky_relu,
    relu,
    relu6,
    selu,
    soft_shrink,
    tanh_shrink,
    threshold,
)
from hornbeam.ops.nn.sigmoids import (
    glu,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    log_sigmoid,
    sigmoid,
    silu,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    squareplus,
    swish,
)

# fmt: off
__all__ = [
    "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "tanh_shrink", "soft_shrink", "hard_shrink",
    "threshold",
    "silu", "swish", "hard_silu", "hard_swish", "sigmoid", "log_sigmoid", "hard_sigmoid", "sparse_sigmoid",
    "softplus", "sparse_plus", "squareplus", "softsign", "hard_tanh", "glu",
    "softmax", "log_softmax", "sparsemax",
    "conv", "depthwise_conv", "separable_conv", "conv_transpose",
    "max_pool", "average_pool", "adaptive_max_pool", "adaptive_average_pool",
    "one_hot", "multi_hot",
    "normalize", "moments", "batch_normalization", "layer_normalization", "rms_normalization",
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
    "ctc_loss",
    "ctc_decode",
    "dot_product_attention",
    "fold", "unfold", "polar",
    "psnr", "depth_to_space", "space_to_depth",
]
# fmt: on
