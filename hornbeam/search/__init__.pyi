"""Searches for good hyperparameters, in which candidates of one structure compile once; curves and comparisons."""

from hornbeam.search.comparing import Comparison as Comparison
from hornbeam.search.comparing import compare as compare
from hornbeam.search.curves import Curve as Curve
from hornbeam.search.curves import learning_curve as learning_curve
from hornbeam.search.curves import validation_curve as validation_curve
from hornbeam.search.driving import optuna as optuna
from hornbeam.search.plan import Options as Options
from hornbeam.search.results import Results as Results
from hornbeam.search.strategies import grid as grid
from hornbeam.search.strategies import halving as halving
from hornbeam.search.strategies import random as random
