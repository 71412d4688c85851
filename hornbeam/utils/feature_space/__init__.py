"""`FeatureSpace`: columns of a table as numbers for a model."""

from hornbeam.utils.feature_space.feature import Cross, Feature
from hornbeam.utils.feature_space.feature_space import FeatureSpace

__all__ = ["FeatureSpace", "Feature", "Cross"]
