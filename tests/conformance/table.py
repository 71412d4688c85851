"""Every public object but layers (`layer_table`) once: how to make it.

A row's constructor takes the namespace, so that the same row makes Hornbeam's object and real Keras's. Arguments are
far from the defaults where that is legal: a property that holds for the defaults alone is no property.
"""

from collections.abc import Callable
from typing import Any

import rows_of_categories
import rows_of_old_layers
from layer_table import LAYERS

import hornbeam
from hornbeam import activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers
from hornbeam.core.configurable import Configurable

LOSSES = {
    "MeanSquaredError": lambda k: k.MeanSquaredError(reduction="sum"),
    "MeanAbsoluteError": lambda k: k.MeanAbsoluteError(name="distance"),
    "MeanAbsolutePercentageError": lambda k: k.MeanAbsolutePercentageError(),
    "MeanSquaredLogarithmicError": lambda k: k.MeanSquaredLogarithmicError(),
    "Huber": lambda k: k.Huber(delta=0.3),
    "LogCosh": lambda k: k.LogCosh(),
    "CosineSimilarity": lambda k: k.CosineSimilarity(axis=0),
    "BinaryCrossentropy": lambda k: k.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
    "CategoricalCrossentropy": lambda k: k.CategoricalCrossentropy(label_smoothing=0.1),
    "SparseCategoricalCrossentropy": lambda k: k.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1),
    "BinaryFocalCrossentropy": lambda k: k.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.4, gamma=1.5),
    "CategoricalFocalCrossentropy": lambda k: k.CategoricalFocalCrossentropy(alpha=0.4, gamma=1.5),
    "CategoricalGeneralizedCrossEntropy": lambda k: k.CategoricalGeneralizedCrossEntropy(q=0.6),
    "KLDivergence": lambda k: k.KLDivergence(),
    "Poisson": lambda k: k.Poisson(),
    "Hinge": lambda k: k.Hinge(),
    "SquaredHinge": lambda k: k.SquaredHinge(),
    "CategoricalHinge": lambda k: k.CategoricalHinge(),
    "Dice": lambda k: k.Dice(axis=[1]),
    "Tversky": lambda k: k.Tversky(alpha=0.2, beta=0.7),
    "Circle": lambda k: k.Circle(gamma=4.0, margin=0.2),
    "CTC": lambda k: k.CTC(),
}

METRICS = {
    "Sum": lambda k: k.Sum(name="total"),
    "Mean": lambda k: k.Mean(),
    "Accuracy": lambda k: k.Accuracy(),
    "BinaryAccuracy": lambda k: k.BinaryAccuracy(threshold=0.3),
    "CategoricalAccuracy": lambda k: k.CategoricalAccuracy(name="right"),
    "SparseCategoricalAccuracy": lambda k: k.SparseCategoricalAccuracy(),
    "TopKCategoricalAccuracy": lambda k: k.TopKCategoricalAccuracy(k=2),
    "SparseTopKCategoricalAccuracy": lambda k: k.SparseTopKCategoricalAccuracy(k=2),
    "MeanSquaredError": lambda k: k.MeanSquaredError(),
    "RootMeanSquaredError": lambda k: k.RootMeanSquaredError(),
    "MeanAbsoluteError": lambda k: k.MeanAbsoluteError(),
    "MeanAbsolutePercentageError": lambda k: k.MeanAbsolutePercentageError(),
    "MeanSquaredLogarithmicError": lambda k: k.MeanSquaredLogarithmicError(),
    "CosineSimilarity": lambda k: k.CosineSimilarity(axis=0),
    "LogCoshError": lambda k: k.LogCoshError(),
    "BinaryCrossentropy": lambda k: k.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
    "CategoricalCrossentropy": lambda k: k.CategoricalCrossentropy(label_smoothing=0.1),
    "SparseCategoricalCrossentropy": lambda k: k.SparseCategoricalCrossentropy(from_logits=True),
    "KLDivergence": lambda k: k.KLDivergence(),
    "Poisson": lambda k: k.Poisson(),
    "Hinge": lambda k: k.Hinge(),
    "SquaredHinge": lambda k: k.SquaredHinge(),
    "CategoricalHinge": lambda k: k.CategoricalHinge(),
    "TruePositives": lambda k: k.TruePositives(thresholds=[0.2, 0.6]),
    "TrueNegatives": lambda k: k.TrueNegatives(thresholds=0.4),
    "FalsePositives": lambda k: k.FalsePositives(),
    "FalseNegatives": lambda k: k.FalseNegatives(name="missed"),
    "Precision": lambda k: k.Precision(thresholds=0.3, class_id=1),
    "Recall": lambda k: k.Recall(top_k=2),
    "AUC": lambda k: k.AUC(num_thresholds=7, curve="PR", summation_method="minoring"),
    "SensitivityAtSpecificity": lambda k: k.SensitivityAtSpecificity(0.4, num_thresholds=7),
    "SpecificityAtSensitivity": lambda k: k.SpecificityAtSensitivity(0.4, num_thresholds=7),
    "PrecisionAtRecall": lambda k: k.PrecisionAtRecall(0.4, num_thresholds=7),
    "RecallAtPrecision": lambda k: k.RecallAtPrecision(0.4, num_thresholds=7),
    "F1Score": lambda k: k.F1Score(average="macro", threshold=0.4),
    "FBetaScore": lambda k: k.FBetaScore(beta=2.0, average="weighted"),
    "IoU": lambda k: k.IoU(num_classes=4, target_class_ids=[0, 2], ignore_class=1, dtype="float32"),
    "BinaryIoU": lambda k: k.BinaryIoU(target_class_ids=[1], threshold=0.3, dtype="float32"),
    "MeanIoU": lambda k: k.MeanIoU(num_classes=4, dtype="float32"),
    "OneHotIoU": lambda k: k.OneHotIoU(num_classes=4, target_class_ids=[1, 2], dtype="float32"),
    "OneHotMeanIoU": lambda k: k.OneHotMeanIoU(num_classes=4, dtype="float32"),
    "R2Score": lambda k: k.R2Score(class_aggregation=None, num_regressors=1),
    "PearsonCorrelation": lambda k: k.PearsonCorrelation(axis=0),
    "ConcordanceCorrelation": lambda k: k.ConcordanceCorrelation(axis=1),
}

OPTIMIZERS = {
    "SGD": lambda k: k.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "RMSprop": lambda k: k.RMSprop(0.01, rho=0.8, momentum=0.5, centered=True, clipvalue=0.5),
    "Adam": lambda k: k.Adam(k.schedules.ExponentialDecay(0.1, 2, 0.5, staircase=True), amsgrad=True),
    "AdamW": lambda k: k.AdamW(0.1, weight_decay=0.1, clipnorm=1.0),
    "Adamax": lambda k: k.Adamax(0.1, beta_1=0.8, use_ema=True, ema_momentum=0.9),
    "Nadam": lambda k: k.Nadam(0.1, beta_2=0.9),
    "Adagrad": lambda k: k.Adagrad(0.1, initial_accumulator_value=0.2),
    "Adadelta": lambda k: k.Adadelta(1.0, rho=0.9),
    "Lion": lambda k: k.Lion(0.01, beta_1=0.8, global_clipnorm=1.0),
    "Lamb": lambda k: k.Lamb(0.1),
    "Ftrl": lambda k: k.Ftrl(0.1, l1_regularization_strength=0.01, beta=0.1),
    "Adafactor": lambda k: k.Adafactor(0.1, clip_threshold=0.5),
    "Muon": lambda k: k.Muon(0.1, momentum=0.9, ns_steps=3),
    "QHAdam": lambda k: k.QHAdam(0.1, nu1=0.6, nu2=0.9),
    "ScheduleFreeAdamW": lambda k: k.ScheduleFreeAdamW(0.1, warmup_steps=2),
    "LossScaleOptimizer": lambda k: k.LossScaleOptimizer(k.SGD(0.1), initial_scale=4.0, dynamic_growth_steps=2),
    "MultiOptimizer": lambda k: k.MultiOptimizer(k.OptimizerMap(k.SGD(0.1), {"a/.*": k.Adam(0.2)})),
}

SCHEDULES = {
    "ExponentialDecay": lambda k: k.ExponentialDecay(0.1, 5, 0.9, staircase=True),
    "InverseTimeDecay": lambda k: k.InverseTimeDecay(0.1, 5, 0.5),
    "PiecewiseConstantDecay": lambda k: k.PiecewiseConstantDecay([3, 6], [0.1, 0.05, 0.01]),
    "PolynomialDecay": lambda k: k.PolynomialDecay(0.1, 5, power=2.0, cycle=True),
    "CosineDecay": lambda k: k.CosineDecay(0.1, 5, alpha=0.1, warmup_target=0.2, warmup_steps=2),
    "CosineDecayRestarts": lambda k: k.CosineDecayRestarts(0.1, 4, t_mul=1.5, m_mul=0.9),
    "OneCycle": lambda k: k.OneCycle(0.1, 8, warmup=0.5, start_factor=10.0),
}

INITIALIZERS = {
    "Zeros": lambda k: k.Zeros(),
    "Ones": lambda k: k.Ones(),
    "Constant": lambda k: k.Constant(0.3),
    "Identity": lambda k: k.Identity(gain=2.0),
    "RandomNormal": lambda k: k.RandomNormal(0.1, 0.2, seed=1),
    "RandomUniform": lambda k: k.RandomUniform(-0.1, 0.2, seed=1),
    "TruncatedNormal": lambda k: k.TruncatedNormal(0.1, 0.2, seed=1),
    "VarianceScaling": lambda k: k.VarianceScaling(2.0, "fan_avg", "uniform", seed=1),
    "GlorotNormal": lambda k: k.GlorotNormal(seed=1),
    "GlorotUniform": lambda k: k.GlorotUniform(seed=1),
    "HeNormal": lambda k: k.HeNormal(seed=1),
    "HeUniform": lambda k: k.HeUniform(seed=1),
    "LecunNormal": lambda k: k.LecunNormal(seed=1),
    "LecunUniform": lambda k: k.LecunUniform(seed=1),
    "Orthogonal": lambda k: k.Orthogonal(gain=2.0, seed=1),
    "STFT": lambda k: k.STFT("imag", "hamming", "spectrum", periodic=True),
}
# What an initializer makes, where a matrix is no shape for it.
SHAPES = {"STFT": (4, 1, 3)}

REGULARIZERS = {
    "L1": lambda k: k.L1(0.125),
    "L2": lambda k: k.L2(0.25),
    "L1L2": lambda k: k.L1L2(0.125, 0.25),
    "OrthogonalRegularizer": lambda k: k.OrthogonalRegularizer(0.125, mode="columns"),
}

CONSTRAINTS = {
    "MaxNorm": lambda k: k.MaxNorm(0.5, axis=1),
    "NonNeg": lambda k: k.NonNeg(),
    "UnitNorm": lambda k: k.UnitNorm(axis=[0, 1]),
    "MinMaxNorm": lambda k: k.MinMaxNorm(0.3, 0.6, rate=0.5, axis=0),
}

FAMILIES: dict[str, tuple[Any, dict[str, Callable[[Any], Any]]]] = {
    "layers": (layers, {name: row.make for name, row in LAYERS.items() if "config" not in row.without}),
    "losses": (losses, LOSSES),
    "metrics": (metrics, METRICS),
    "optimizers": (optimizers, OPTIMIZERS),
    "optimizers.schedules": (optimizers.schedules, SCHEDULES),
    "initializers": (initializers, INITIALIZERS),
    "regularizers": (regularizers, REGULARIZERS),
    "constraints": (constraints, CONSTRAINTS),
}

# Classes to derive from, or parts of others. They do nothing on their own.
BASES = {
    *("Layer", "InputSpec", "Wrapper", "Loss", "LossFunctionWrapper", "Metric", "MeanMetricWrapper", "Optimizer"),
    *("Reduce", "SensitivitySpecificityBase", "LearningRateSchedule", "Initializer", "Regularizer", "Constraint"),
    *("OptimizerMap", "TFOptimizer", "ConvRNN2D"),
    *(
        "JaxLayer",
        "FlaxLayer",
        "TorchModuleWrapper",
        "TFSMLayer",
    ),  # of one engine or none: tests/layers/test_bridges.py
}

# What real Keras has no class for.
KERAS_LACKS = {("optimizers", "QHAdam"), ("optimizers.schedules", "OneCycle")}
KERAS_LACKS |= {("layers", name) for name in LAYERS if name.startswith("ConvLSTM2DCell")}
KERAS_LACKS |= {("layers", name) for name in rows_of_categories.LAYERS}  # without TensorFlow
KERAS_LACKS |= {("layers", name) for name in rows_of_old_layers.LAYERS}

# What real Keras's own configs leave out, so that its objects come back with the default.
KERAS_FORGETS = {
    ("losses", "Huber"),
    ("losses", "CosineSimilarity"),
    ("metrics", "CosineSimilarity"),
    ("initializers", "Identity"),
    ("layers", "RandomGrayscale"),
}

ACTIVATIONS = [name for name in activations.__all__ if name not in ("get", "serialize", "deserialize")]


def public_classes(module: Any) -> set[str]:
    """The names of the classes that a module makes public; an alias counts as what it stands for."""
    values = [getattr(module, name) for name in getattr(module, "__all__", dir(module))]
    classes = {v for v in values if isinstance(v, type) and issubclass(v, Configurable)}
    return {cls.__name__ for cls in classes if not cls.__name__.startswith("_")} - BASES


def objects() -> list[tuple[str, str]]:
    """(family, name) of everything that has a config."""
    return [(family, name) for family, (_, rows) in FAMILIES.items() for name in rows]


def make(family: str, name: str, library: Any = hornbeam) -> Any:
    """The object of a row, from Hornbeam or real Keras."""
    namespace = library
    for part in family.split("."):
        namespace = getattr(namespace, part)
    return FAMILIES[family][1][name](namespace)
