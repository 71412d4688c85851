"""The layers."""

from hornbeam.layers.activation import Activation
from hornbeam.layers.base import Layer
from hornbeam.layers.batch_normalization import BatchNormalization
from hornbeam.layers.conv import Conv1D, Conv2D, Conv3D
from hornbeam.layers.dense import Dense
from hornbeam.layers.dropout import Dropout, SpatialDropout1D
from hornbeam.layers.embedding import Embedding
from hornbeam.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from hornbeam.layers.gru import GRU, GRUCell
from hornbeam.layers.input import Input, InputLayer
from hornbeam.layers.input_spec import InputSpec
from hornbeam.layers.lambda_layer import Lambda
from hornbeam.layers.layer_normalization import LayerNormalization
from hornbeam.layers.lstm import LSTM, LSTMCell
from hornbeam.layers.masking import Masking
from hornbeam.layers.merging import (
    Add,
    Average,
    Concatenate,
    Dot,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from hornbeam.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from hornbeam.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from hornbeam.layers.rnn import RNN
from hornbeam.layers.simple_rnn import SimpleRNN, SimpleRNNCell
from hornbeam.layers.stacked_rnn_cells import StackedRNNCells

# fmt: off
__all__ = [
    "Layer", "InputSpec", "Input", "InputLayer",
    "Dense", "Activation", "Embedding", "Masking", "Lambda", "Dropout", "SpatialDropout1D",
    "Flatten", "Reshape", "Permute", "RepeatVector",
    "Conv1D", "Conv2D", "Conv3D",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
    "BatchNormalization", "LayerNormalization",
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot",
    "RNN", "StackedRNNCells", "LSTM", "LSTMCell", "GRU", "GRUCell", "SimpleRNN", "SimpleRNNCell",
]
# fmt: on
