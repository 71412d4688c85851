"""Every metric with data that fits it."""

import numpy as np

# class, its arguments, kind of targets and outputs
CASES = [
    ("MeanSquaredError", {}, "real"),
    ("RootMeanSquaredError", {}, "real"),
    ("MeanAbsoluteError", {}, "real"),
    ("MeanAbsolutePercentageError", {}, "real"),
    ("MeanSquaredLogarithmicError", {}, "real"),
    ("CosineSimilarity", {}, "real"),
    ("LogCoshError", {}, "real"),
    ("BinaryCrossentropy", {"label_smoothing": 0.1}, "binary"),
    ("CategoricalCrossentropy", {"from_logits": True}, "one-hot"),
    ("SparseCategoricalCrossentropy", {}, "class"),
    ("KLDivergence", {}, "real"),
    ("Poisson", {}, "real"),
    ("Hinge", {}, "binary"),
    ("SquaredHinge", {}, "binary"),
    ("CategoricalHinge", {}, "one-hot"),
    ("Accuracy", {}, "classes"),
    ("BinaryAccuracy", {"threshold": 0.4}, "binary"),
    ("CategoricalAccuracy", {}, "one-hot"),
    ("SparseCategoricalAccuracy", {}, "class"),
    ("TopKCategoricalAccuracy", {"k": 2}, "one-hot"),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, "class"),
    ("TruePositives", {}, "binary"),
    ("TrueNegatives", {"thresholds": [0.3, 0.6]}, "binary"),
    ("FalsePositives", {"thresholds": 0.3}, "binary"),
    ("FalseNegatives", {}, "binary"),
    ("Precision", {}, "binary"),
    ("Precision", {"thresholds": [0.7, 0.2], "class_id": 1}, "binary"),
    ("Precision", {"top_k": 2}, "one-hot"),
    ("Recall", {}, "binary"),
    ("Recall", {"top_k": 2, "class_id": 2}, "one-hot"),
    ("AUC", {}, "binary"),
    ("AUC", {"curve": "PR", "num_thresholds": 30}, "binary"),
    ("AUC", {"curve": "PR", "summation_method": "minoring"}, "binary"),
    ("AUC", {"curve": "PRGAIN", "summation_method": "majoring"}, "binary"),
    ("AUC", {"thresholds": [0.8, 0.3, 0.5]}, "binary"),
    ("AUC", {"multi_label": True, "label_weights": [0.2, 0.5, 0.3]}, "binary"),
    ("AUC", {"multi_label": True, "num_labels": 3, "curve": "PR"}, "binary"),
    ("AUC", {"label_weights": [0.2, 0.5, 0.3], "from_logits": True}, "binary"),
    ("SensitivityAtSpecificity", {"specificity": 0.5}, "binary"),
    ("SpecificityAtSensitivity", {"sensitivity": 0.5, "num_thresholds": 5}, "binary"),
    ("PrecisionAtRecall", {"recall": 0.6}, "binary"),
    ("RecallAtPrecision", {"precision": 0.4, "class_id": 1}, "binary"),
    ("F1Score", {}, "one-hot"),
    ("F1Score", {"average": "micro", "threshold": 0.5}, "binary"),
    ("FBetaScore", {"average": "macro", "beta": 2.0}, "one-hot"),
    ("FBetaScore", {"average": "weighted", "beta": 0.5, "threshold": 0.4}, "binary"),
    ("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, "classes"),
    ("MeanIoU", {"num_classes": 3, "ignore_class": 1}, "classes"),
    ("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, "one-hot"),
    ("OneHotMeanIoU", {"num_classes": 3}, "one-hot"),
    ("BinaryIoU", {"threshold": 0.4}, "column"),
    ("R2Score", {}, "real"),
    ("R2Score", {"class_aggregation": None}, "real"),
    ("R2Score", {"class_aggregation": "variance_weighted_average"}, "real"),
    ("PearsonCorrelation", {}, "real"),
    ("ConcordanceCorrelation", {}, "real"),
]
IDS = [f"{name}-{'-'.join(arguments)}" for name, arguments, _ in CASES]
WEIGHTS = np.array([0.5, 2.0, 0.0, 1.0, 1.5], "float32")


def batch(kind: str, seed: int, rows: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.05, 0.95, (rows, 3)).astype("float32")
    classes = rng.integers(0, 3, rows)
    match kind:
        case "binary":
            return rng.integers(0, 2, (rows, 3)).astype("float32"), p
        case "column":
            return rng.integers(0, 2, rows).astype("float32"), p[:, 0]
        case "one-hot":
            return np.eye(3, dtype="float32")[classes], p
        case "class":
            return classes.astype("int32"), p
        case "classes":
            return classes.astype("int32"), rng.integers(0, 3, rows).astype("int32")
    return rng.uniform(0, 1, (rows, 3)).astype("float32"), p
