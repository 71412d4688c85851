"""What Keras 2's `utils` have and today's have not."""

from hornbeam.legacy.utils import losses_utils as losses_utils, metrics_utils as metrics_utils
from hornbeam.legacy.utils.convolution import (
    conv_input_length as conv_input_length,
    conv_output_length as conv_output_length,
    convert_kernel as convert_kernel,
    deconv_length as deconv_length,
    normalize_padding as normalize_padding,
    normalize_tuple as normalize_tuple,
)
from hornbeam.legacy.utils.drawing import (
    add_edge as add_edge,
    is_model as is_model,
    is_wrapped_model as is_wrapped_model,
)
from hornbeam.legacy.utils.files import (
    ask_to_proceed_with_overwrite as ask_to_proceed_with_overwrite,
    validate_file as validate_file,
)
from hornbeam.legacy.utils.functions import (
    func_dump as func_dump,
    func_load as func_load,
    getargspec as getargspec,
    has_arg as has_arg,
)
from hornbeam.legacy.utils.hdf5 import (
    H5Dict as H5Dict,
    HDF5Matrix as HDF5Matrix,
    load_from_binary_h5py as load_from_binary_h5py,
    save_to_binary_h5py as save_to_binary_h5py,
)
from hornbeam.legacy.utils.testing_layers import layer_test as layer_test
from hornbeam.legacy.utils.lists import (
    check_for_unexpected_keys as check_for_unexpected_keys,
    is_all_none as is_all_none,
    object_list_uid as object_list_uid,
    slice_arrays as slice_arrays,
    to_list as to_list,
    transpose_shape as transpose_shape,
    unpack_singleton as unpack_singleton,
)
from hornbeam.legacy.utils.models import (
    convert_all_kernels_in_model as convert_all_kernels_in_model,
    convert_dense_weights_data_format as convert_dense_weights_data_format,
    count_params as count_params,
    multi_gpu_model as multi_gpu_model,
    print_summary as print_summary,
)
from hornbeam.legacy.utils.pool import (
    get_index as get_index,
    init_pool as init_pool,
    init_pool_generator as init_pool_generator,
    next_sample as next_sample,
)
from hornbeam.legacy.utils.samples import get_test_data as get_test_data

h5dict = H5Dict

slice_X = slice_arrays
