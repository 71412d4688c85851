"""Old methods and properties that have no name today: for each public module, for each class, where they are.

Each is a member of the class of the same name in the module given, which is imported when one is asked for.
"""

from __future__ import annotations

_LAYERS = "hornbeam.legacy.layer_members"
_OPTIMIZERS = "hornbeam.legacy.optimizers"
_MODELS = "hornbeam.legacy.models"
_TENSORS = "hornbeam.legacy.tensors"
_CALLBACKS = "hornbeam.legacy.callbacks"

# Classes of users' that define one of these were written for an old base class: the class whose members join them to
# today's.
WRITTEN_FOR = {
    "keras.optimizers": {
        "get_updates": ("hornbeam.legacy.own_optimizers.updates", "Updating"),
        "_resource_apply_dense": ("hornbeam.legacy.own_optimizers.resources", "Applying"),
    }
}

MEMBERS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "keras.layers": {
        "Layer": (
            _LAYERS,
            (
                *("get_input_at", "get_output_at", "get_input_shape_at", "get_output_shape_at"),
                *("get_input_mask_at", "get_output_mask_at"),
                *("input_shape", "output_shape", "input_mask", "output_mask", "batch_input_shape", "_inbound_nodes"),
                *("outbound_nodes", "_outbound_nodes"),
                *("updates", "add_update", "get_updates_for", "get_losses_for", "assert_input_compatibility"),
            ),
        ),
        "Bidirectional": (_LAYERS, ("constraints",)),
        **dict.fromkeys(("GRU", "LSTM", "SimpleRNN"), (_LAYERS, ("implementation",))),
    },
    "keras.optimizers": {
        "Optimizer": (
            _OPTIMIZERS,
            (
                *("get_gradients", "get_updates", "updates", "initial_decay", "minimize"),
                *("_set_hyper", "_get_hyper", "_serialize_hyperparameter", "_hyper", "_initial_decay", "_decayed_lr"),
                *("add_slot", "get_slot", "get_slot_names", "_create_slots", "_create_hypers", "_create_all_weights"),
                *("_prepare", "_prepare_local", "_fallback_apply_state"),
                *("_build_learning_rate", "_index_dict", "_var_key"),
            ),
        ),
        "LossScaleOptimizer": (_OPTIMIZERS, ("get_scaled_loss", "get_unscaled_gradients")),
    },
    "keras.callbacks": {"Callback": (_CALLBACKS, ("validation_data",))},
    "keras": {
        "Model": (
            _MODELS,
            (
                *("fit_generator", "evaluate_generator", "predict_generator"),
                *("total_loss", "targets", "sample_weights", "_standardize_user_data"),
                *("_feed_inputs", "_feed_targets", "_feed_sample_weights"),
                *("run_internal_graph", "reset_states", "stateful", "state_updates", "uses_learning_phase", "to_yaml"),
                *("load_model", "compiled_loss", "compiled_metrics"),
            ),
        ),
        "SymbolicTensor": (_TENSORS, ("eval", "get_shape", "_keras_shape", "_keras_history", "_uses_learning_phase")),
        "Variable": (_TENSORS, ("get_shape", "_keras_shape", "eval", "read_value", "initialized_value")),
        "Node": (
            "hornbeam.legacy.nodes",
            (
                *("outbound_layer", "inbound_layers", "node_indices", "tensor_indices", "arguments", "get_config"),
                *("input_tensors", "output_tensors", "input_shapes", "output_shapes", "input_masks", "output_masks"),
            ),
        ),
        "Sequential": (_MODELS, ("predict_classes", "predict_proba", "model")),
    },
    "tensorflow.data": {
        "Dataset": (
            "hornbeam.legacy.tensorflow.dataset_members",
            ("make_one_shot_iterator", "make_initializable_iterator"),
        ),
    },
}
