"""What Keras 1's and 2's `layers` have and today's have not, and what its `legacy.layers` has."""

from hornbeam.layers.convolutional.conv import Conv1D as Conv1D, Conv2D as Conv2D
from hornbeam.layers.core.highway import Highway as Highway
from hornbeam.layers.core.maxout_dense import MaxoutDense as MaxoutDense
from hornbeam.layers.rnn.conv_lstm import ConvLSTM2D as ConvLSTM2D
from hornbeam.legacy.layers.merging import Merge as Merge, _Merge as _Merge, merge as merge
from hornbeam.legacy.layers.recurrent import Recurrent as Recurrent, time_distributed_dense as time_distributed_dense

AtrousConvolution1D = Conv1D
AtrousConvolution2D = Conv2D
ConvRecurrent2D = ConvLSTM2D
_time_distributed_dense = time_distributed_dense
