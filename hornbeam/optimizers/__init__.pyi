"""Optimizers: how gradients move weights."""

from hornbeam.optimizers import schedules as schedules
from hornbeam.optimizers.base.clipping import clip_norm as clip_norm
from hornbeam.optimizers.base.optimizer import Optimizer as Optimizer
from hornbeam.optimizers.by_name import get as get, serialize as serialize, deserialize as deserialize
from hornbeam.optimizers.loss_scale_optimizer import LossScaleOptimizer as LossScaleOptimizer
from hornbeam.optimizers.multi_optimizer import MultiOptimizer as MultiOptimizer, OptimizerMap as OptimizerMap
from hornbeam.optimizers.rules.adadelta import Adadelta as Adadelta
from hornbeam.optimizers.rules.adafactor import Adafactor as Adafactor
from hornbeam.optimizers.rules.adagrad import Adagrad as Adagrad
from hornbeam.optimizers.rules.adam import Adam as Adam, AdamW as AdamW
from hornbeam.optimizers.rules.adamax import Adamax as Adamax
from hornbeam.optimizers.rules.ftrl import Ftrl as Ftrl
from hornbeam.optimizers.rules.lamb import Lamb as Lamb
from hornbeam.optimizers.rules.lion import Lion as Lion
from hornbeam.optimizers.rules.muon import Muon as Muon
from hornbeam.optimizers.rules.nadam import Nadam as Nadam
from hornbeam.optimizers.rules.qh_adam import QHAdam as QHAdam
from hornbeam.optimizers.rules.rmsprop import RMSprop as RMSprop
from hornbeam.optimizers.rules.schedule_free_adamw import ScheduleFreeAdamW as ScheduleFreeAdamW
from hornbeam.optimizers.rules.sgd import SGD as SGD
from hornbeam.optimizers.tf_optimizer import TFOptimizer as TFOptimizer
