"""What Keras 2's `engine` has and today's modules have not."""

from hornbeam.core.symbolic import Node as Node
from hornbeam.legacy.engine.batches import (
    batch_shuffle as batch_shuffle,
    check_generator_arguments as check_generator_arguments,
    check_num_samples as check_num_samples,
    is_generator_or_sequence as is_generator_or_sequence,
    is_sequence as is_sequence,
    iter_sequence_infinite as iter_sequence_infinite,
    make_batches as make_batches,
    should_run_validation as should_run_validation,
)
from hornbeam.legacy.engine.first_layers import (
    disable_tracking as disable_tracking,
    get_input_shape_and_dtype as get_input_shape_and_dtype,
    get_static_batch_size as get_static_batch_size,
)
from hornbeam.legacy.engine.generators import (
    evaluate_generator as evaluate_generator,
    fit_generator as fit_generator,
    predict_generator as predict_generator,
)
from hornbeam.legacy.engine.loops import (
    fit_loop as fit_loop,
    predict_loop as predict_loop,
    test_loop as test_loop,
)
from hornbeam.legacy.engine.objectives import (
    call_metric_function as call_metric_function,
    collect_per_output_metric_info as collect_per_output_metric_info,
    get_loss_function as get_loss_function,
    get_metric_function as get_metric_function,
    get_metric_name as get_metric_name,
    prepare_loss_functions as prepare_loss_functions,
    prepare_loss_weights as prepare_loss_weights,
)
from hornbeam.legacy.engine.sample_weights import (
    get_output_sample_weight_and_mode as get_output_sample_weight_and_mode,
    prepare_sample_weights as prepare_sample_weights,
    standardize_class_weights as standardize_class_weights,
    standardize_sample_or_class_weights as standardize_sample_or_class_weights,
    standardize_sample_weights as standardize_sample_weights,
    standardize_weights as standardize_weights,
    weighted_masked_objective as weighted_masked_objective,
)
from hornbeam.legacy.engine.saving import (
    allow_read_from_gcs as allow_read_from_gcs,
    allow_write_to_gcs as allow_write_to_gcs,
    load_attributes_from_hdf5_group as load_attributes_from_hdf5_group,
    load_weights_from_hdf5_group as load_weights_from_hdf5_group,
    load_weights_from_hdf5_group_by_name as load_weights_from_hdf5_group_by_name,
    pickle_model as pickle_model,
    preprocess_weights_for_loading as preprocess_weights_for_loading,
    save_attributes_to_hdf5_group as save_attributes_to_hdf5_group,
    save_weights_to_hdf5_group as save_weights_to_hdf5_group,
    unpickle_model as unpickle_model,
)
from hornbeam.legacy.engine.standardizing import (
    check_array_length_consistency as check_array_length_consistency,
    check_loss_and_target_compatibility as check_loss_and_target_compatibility,
    standardize_input_data as standardize_input_data,
    standardize_single_array as standardize_single_array,
)
from hornbeam.models.model import Model as Model

Container = Model
Network = Model
