"""The layers."""

from hornbeam.layers.activation import Activation
from hornbeam.layers.activation_layers import ELU, LeakyReLU, PReLU, ReLU, Softmax
from hornbeam.layers.base import Layer
from hornbeam.layers.batch_normalization import BatchNormalization
from hornbeam.layers.bidirectional import Bidirectional
from hornbeam.layers.conv import Conv1D, Conv2D, Conv3D
from hornbeam.layers.conv_transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from hornbeam.layers.dense import Dense
from hornbeam.layers.depthwise_conv import DepthwiseConv1D, DepthwiseConv2D
from hornbeam.layers.dropout import Dropout, SpatialDropout1D, SpatialDropout2D
from hornbeam.layers.einsum_dense import EinsumDense
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
from hornbeam.layers.joining import Concatenate, Dot, concatenate, dot
from hornbeam.layers.lambda_layer import Lambda
from hornbeam.layers.layer_normalization import LayerNormalization
from hornbeam.layers.lstm import LSTM, LSTMCell
from hornbeam.layers.masking import Masking
from hornbeam.layers.merging import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from hornbeam.layers.multi_head_attention import MultiHeadAttention
from hornbeam.layers.noise import ActivityRegularization, GaussianDropout, GaussianNoise, Identity
from hornbeam.layers.padding import Cropping1D, Cropping2D, ZeroPadding1D, ZeroPadding2D
from hornbeam.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from hornbeam.layers.reshaping import Flatten, Permute, RepeatVector, Reshape
from hornbeam.layers.rms_normalization import RMSNormalization
from hornbeam.layers.rnn import RNN
from hornbeam.layers.simple_rnn import SimpleRNN, SimpleRNNCell
from hornbeam.layers.stacked_rnn_cells import StackedRNNCells
from hornbeam.layers.time_distributed import TimeDistributed
from hornbeam.layers.up_sampling import UpSampling1D, UpSampling2D
from hornbeam.layers.wrapper import Wrapper

Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose = (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D

# fmt: off
__all__ = [
    "Layer", "InputSpec", "Input", "InputLayer",
    "Dense", "Activation", "Embedding", "Masking", "Lambda", "Dropout", "SpatialDropout1D", "SpatialDropout2D",
    "GaussianNoise", "GaussianDropout", "ActivityRegularization", "Identity", "EinsumDense",
    "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax",
    "Flatten", "Reshape", "Permute", "RepeatVector",
    "ZeroPadding1D", "ZeroPadding2D", "Cropping1D", "Cropping2D", "UpSampling1D", "UpSampling2D",
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "DepthwiseConv1D", "DepthwiseConv2D",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
    "Convolution1D", "Convolution2D", "Convolution3D",
    "Convolution1DTranspose", "Convolution2DTranspose", "Convolution3DTranspose",
    "MaxPool1D", "MaxPool2D", "MaxPool3D", "AvgPool1D", "AvgPool2D", "AvgPool3D",
    "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D",
    "GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D",
    "BatchNormalization", "LayerNormalization", "RMSNormalization",
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot",
    "RNN", "StackedRNNCells", "LSTM", "LSTMCell", "GRU", "GRUCell", "SimpleRNN", "SimpleRNNCell",
    "Wrapper", "Bidirectional", "TimeDistributed", "MultiHeadAttention",
]
# fmt: on
