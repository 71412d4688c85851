"""scikit-learn estimators around models."""

from hornbeam.wrappers.keras_classifier import KerasClassifier as KerasClassifier
from hornbeam.wrappers.keras_regressor import KerasRegressor as KerasRegressor
from hornbeam.wrappers.sklearn_classifier import SKLearnClassifier as SKLearnClassifier
from hornbeam.wrappers.sklearn_regressor import SKLearnRegressor as SKLearnRegressor
from hornbeam.wrappers.sklearn_transformer import SKLearnTransformer as SKLearnTransformer
