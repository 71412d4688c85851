"""What Keras calls each operation in files, with the settings that it has.

It is a table of the file format, not a property of the functions: what a file may name shall not grow because a
function is added to `ops`.
"""

# Keras's module -> the settings -> the operations that have them. An operation's class is its name in CamelCase, or as
# in `CLASS_NAMES`. Operations that take functions are missing: a file cannot hold those.
OPERATIONS = {
    "numpy": {
        "": (
            "abs absolute add angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and "
            "bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor cbrt ceil "
            "conj conjugate copy corrcoef cos cosh deg2rad digitize divide divide_no_nan dot dstack equal exp "
            "exp2 expm1 fabs fliplr flipud floor floor_divide fmax fmin fmod gcd get_item greater greater_equal "
            "heaviside hstack hypot i0 imag inner isfinite isinf isnan isneginf isposinf isreal kron lcm ldexp "
            "left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not "
            "logical_or logical_xor matmul maximum minimum mod multiply negative nextafter nonzero not_equal "
            "outer power rad2deg ravel real reciprocal right_shift select sign signbit sin sinc sinh slogdet sqrt "
            "square subtract tan tanh true_divide trunc vdot vstack where"
        ),
        "axes": "tensordot transpose",
        "axis": (
            "append argsort average concatenate count_nonzero expand_dims flip sort squeeze stack take take_along_axis"
        ),
        "decimals": "round",
        "dtype": "arange array empty_like full_like ones_like view zeros_like",
        "equal_nan": "isclose",
        "indexing": "meshgrid",
        "indices_or_sections": "dsplit hsplit vsplit",
        "k": "diag diagflat tril triu",
        "mode": "correlate",
        "newshape": "reshape",
        "repeats": "tile",
        "shape": "broadcast_to unravel_index",
        "side": "searchsorted",
        "subscripts": "einsum",
        "N increasing": "vander",
        "assume_unique invert": "isin",
        "axis dtype": "cumprod cumsum nancumprod nancumsum",
        "axis keepdims": (
            "all amax amin any argmax argmin mean median nanargmax nanargmin nanmax nanmean nanmedian nanmin "
            "nanprod nanstd nansum nanvar ptp std sum var"
        ),
        "axis1 axis2": "swapaxes",
        "bins range": "histogram",
        "indices_or_sections axis": "array_split split",
        "k axes": "rot90",
        "kth axis": "argpartition",
        "n axis": "diff",
        "pad_width mode": "pad",
        "repeats axis": "repeat",
        "shape dtype": "full",
        "shift axis": "roll",
        "source destination": "moveaxis",
        "x_min x_max": "clip",
        "axis keepdims dtype": "prod",
        "axis keepdims initial": "max min",
        "axis method keepdims": "nanpercentile nanquantile percentile quantile",
        "nan posinf neginf": "nan_to_num",
        "offset axis1 axis2": "diagonal trace",
        "rtol atol equal_nan": "allclose",
        "weights minlength sparse": "bincount",
        "x dx axis": "trapezoid",
        "axisa axisb axisc axis": "cross",
        "num endpoint dtype axis": "geomspace",
        "num endpoint base dtype axis": "logspace",
        "num endpoint retstep dtype axis": "linspace",
        "sorted return_index return_inverse return_counts axis size fill_value": "unique",
    },
    "nn": {
        "": (
            "hard_sigmoid hard_silu hard_swish hard_tanh log_sigmoid polar relu relu6 selu sigmoid silu softplus "
            "softsign sparse_plus sparse_sigmoid swish tanh_shrink"
        ),
        "alpha": "celu elu",
        "approximate": "gelu",
        "axis": "glu log_softmax softmax sparsemax",
        "b": "squareplus",
        "from_logits": "binary_crossentropy",
        "mask_index": "ctc_loss",
        "max_val": "psnr",
        "negative_slope": "leaky_relu",
        "threshold": "hard_shrink soft_shrink",
        "axis epsilon": "batch_normalization rms_normalization layer_normalization",
        "block_size data_format": "depth_to_space space_to_depth",
        "from_logits axis": "categorical_crossentropy sparse_categorical_crossentropy",
        "output_size data_format": "adaptive_average_pool adaptive_max_pool",
        "threshold default_value": "threshold",
        "axes keepdims synchronized": "moments",
        "axis order epsilon": "normalize",
        "is_causal flash_attention attn_logits_soft_cap": "dot_product_attention",
        "kernel_size dilation padding stride": "unfold",
        "num_classes axis dtype sparse": "multi_hot one_hot",
        "pool_size strides padding data_format": "average_pool max_pool",
        "strides padding data_format dilation_rate": "conv depthwise_conv separable_conv",
        "output_size kernel_size dilation padding stride": "fold",
        "strategy beam_width top_paths merge_repeated mask_index": "ctc_decode",
        "strides padding output_padding data_format dilation_rate": "conv_transpose",
    },
    "core": {
        "": "slice_update stop_gradient",
        "dtype": "cast saturate_cast",
        "reduction": "scatter_update",
        "shape": "scatter slice",
        "num axis": "unstack",
        "dtype sparse ragged": "convert_to_tensor",
    },
    "math": {
        "": "cdist erf erfc erfinv fft fft2 ifft2 logdet rsqrt view_as_complex view_as_real",
        "fft_length": "irfft rfft",
        "k": "in_top_k",
        "axis keepdims": "logsumexp",
        "k sorted": "top_k",
        "num_segments sorted": "segment_max segment_min segment_prod segment_sum",
        "sequence_length sequence_stride": "extract_sequences",
        "sequence_length sequence_stride fft_length window center": "stft",
        "sequence_length sequence_stride fft_length length window center": "istft",
    },
    "linalg": {
        "": "det eig eigh inv lu_factor solve",
        "lower": "solve_triangular",
        "mode": "qr",
        "rcond": "lstsq pinv",
        "tol": "matrix_rank",
        "upper": "cholesky cholesky_inverse",
        "full_matrices compute_uv": "svd",
        "ord axis keepdims": "norm",
    },
    "image": {
        "data_format": "hsv_to_rgb rgb_to_grayscale rgb_to_hsv sobel_edges",
        "order fill_mode fill_value": "map_coordinates",
        "spatial_dims method antialias": "scale_and_translate",
        "kernel_size sigma data_format": "gaussian_blur",
        "interpolation fill_value data_format": "perspective_transform",
        "interpolation fill_mode fill_value data_format": "affine_transform",
        "size strides dilation_rate padding data_format": "extract_patches",
        "max_val filter_size filter_sigma k1 k2 data_format": "ssim",
        "alpha sigma interpolation fill_mode fill_value seed data_format": "elastic_transform",
        "top_cropping left_cropping bottom_cropping right_cropping target_height target_width data_format": (
            "crop_images"
        ),
        "top_padding left_padding bottom_padding right_padding target_height target_width data_format": "pad_images",
        "size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value data_format": (
            "resize"
        ),
    },
}
CLASS_NAMES = {
    "allclose": "AllClose",
    "batch_normalization": "BatchNorm",
    "cdist": "CDist",
    "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss",
    "fft": "FFT",
    "fft2": "FFT2",
    "hard_swish": "HardSilu",
    "hsv_to_rgb": "HSVToRGB",
    "ifft2": "IFFT2",
    "irfft": "IRFFT",
    "isin": "IsIn",
    "istft": "ISTFT",
    "layer_normalization": "LayerNorm",
    "psnr": "PSNR",
    "rfft": "RFFT",
    "rgb_to_grayscale": "RGBToGrayscale",
    "rgb_to_hsv": "RGBToHSV",
    "rms_normalization": "RMSNorm",
    "searchsorted": "SearchSorted",
    "ssim": "SSIM",
    "stft": "STFT",
    "svd": "SVD",
    "swish": "Silu",
}
