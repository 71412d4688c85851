"""`tf.keras.optimizers.legacy`: the same optimizers, which take the old arguments as well."""

from hornbeam.optimizers.base.optimizer import Optimizer
from hornbeam.optimizers.rules.adadelta import Adadelta
from hornbeam.optimizers.rules.adagrad import Adagrad
from hornbeam.optimizers.rules.adam import Adam
from hornbeam.optimizers.rules.adamax import Adamax
from hornbeam.optimizers.rules.ftrl import Ftrl
from hornbeam.optimizers.rules.nadam import Nadam
from hornbeam.optimizers.rules.rmsprop import RMSprop
from hornbeam.optimizers.rules.sgd import SGD

__all__ = ["Optimizer", "SGD", "RMSprop", "Adam", "Adamax", "Nadam", "Adagrad", "Adadelta", "Ftrl"]
