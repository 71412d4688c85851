"""`tf.data`: see `hornbeam.data.pipeline`."""

from hornbeam.data.pipeline import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "experimental"]


class experimental:
    """What has moved to `tf.data` since."""

    AUTOTUNE = AUTOTUNE
    cardinality = staticmethod(Dataset.cardinality)
