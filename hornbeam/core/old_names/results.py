"""Old names in logs, the last part of a name counting: `val_acc` is `val_accuracy` for `acc` is `accuracy`.

A metric that nobody named has its class's name. Those in NUMBERED were numbered within a process (`auc_3`), and are
within a model today.
"""

from __future__ import annotations

from hornbeam.core.old_names.names import OLD, SHORT

RESULTS: dict[str, str] = {
    **SHORT["keras.metrics"],
    **OLD["keras.metrics"],
    "acc": "accuracy",
    "ce": "crossentropy",
    "lr": "learning_rate",
}

NUMBERED = frozenset(
    """
    accuracy auc binary_accuracy binary_crossentropy binary_io_u categorical_accuracy categorical_crossentropy
    categorical_hinge concordance_correlation cosine_similarity f1_score f_beta_score f_score false_negatives
    false_positives hinge io_u kl_divergence log_cosh_error logcosh mean mean_absolute_error
    mean_absolute_percentage_error mean_io_u mean_metric_wrapper mean_relative_error mean_squared_error
    mean_squared_logarithmic_error one_hot_io_u one_hot_mean_io_u pearson_correlation poisson precision
    precision_at_recall r2_score recall recall_at_precision root_mean_squared_error sensitivity_at_specificity
    sparse_categorical_accuracy sparse_categorical_crossentropy sparse_top_k_categorical_accuracy
    specificity_at_sensitivity squared_hinge sum top_k_categorical_accuracy true_negatives true_positives
    """.split()
)
