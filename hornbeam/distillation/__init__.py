"""Knowledge distillation: a model, the student, learns from targets and from the outputs of another, the teacher."""

from hornbeam.distillation.distillation_loss import DistillationLoss
from hornbeam.distillation.distiller import Distiller
from hornbeam.distillation.feature_distillation import FeatureDistillation
from hornbeam.distillation.logits_distillation import LogitsDistillation

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]
