"""What tf.data's datasets and ours answer for their number of elements where it is no count."""

INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2
