"""What Keras 2's modules imported for themselves."""

from hornbeam import (
    activations as activations,
    backend as backend,
    callbacks as callbacks,
    constraints as constraints,
    initializers as initializers,
    losses as losses,
    metrics as metrics,
    optimizers as optimizers,
    regularizers as regularizers,
)
from hornbeam.data.dataset import Sequence as Sequence
from hornbeam.datasets.cifar import load_batch as load_batch
from hornbeam.layers import (
    Input as Input,
    InputLayer as InputLayer,
    InputSpec as InputSpec,
    Lambda as Lambda,
    Layer as Layer,
    RNN as RNN,
    Wrapper as Wrapper,
    concatenate as concatenate,
)
from hornbeam.legacy.engine import (
    Node as Node,
    batch_shuffle as batch_shuffle,
    check_num_samples as check_num_samples,
    disable_tracking as disable_tracking,
    make_batches as make_batches,
    should_run_validation as should_run_validation,
    standardize_input_data as standardize_input_data,
)
from hornbeam.legacy.utils import (
    ask_to_proceed_with_overwrite as ask_to_proceed_with_overwrite,
    convert_kernel as convert_kernel,
    count_params as count_params,
    func_dump as func_dump,
    func_load as func_load,
    has_arg as has_arg,
    is_all_none as is_all_none,
    losses_utils as losses_utils,
    metrics_utils as metrics_utils,
    object_list_uid as object_list_uid,
    slice_arrays as slice_arrays,
    to_list as to_list,
    transpose_shape as transpose_shape,
    unpack_singleton as unpack_singleton,
)
from hornbeam.legacy.utils.losses_utils import Reduction as Reduction
from hornbeam.models import Model as Model, Sequential as Sequential, clone_model as clone_model
from hornbeam.utils import (
    GeneratorEnqueuer as GeneratorEnqueuer,
    OrderedEnqueuer as OrderedEnqueuer,
    Progbar as Progbar,
    deserialize_keras_object as deserialize_keras_object,
    get_file as get_file,
    get_source_inputs as get_source_inputs,
    serialize_keras_object as serialize_keras_object,
    to_categorical as to_categorical,
)

K = backend
cbks = callbacks
metrics_module = metrics
slice_X = slice_arrays
