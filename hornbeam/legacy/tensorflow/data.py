"""`tf.data`: see `hornbeam.data.pipeline`."""

from hornbeam.data.cardinality import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY
from hornbeam.data.pipeline import AUTOTUNE, Dataset

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "experimental"]


class experimental:
    """What has moved to `tf.data` since."""

    AUTOTUNE = AUTOTUNE
    cardinality = staticmethod(Dataset.cardinality)
