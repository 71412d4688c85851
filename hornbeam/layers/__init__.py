"""The layers."""

import importlib
from typing import TYPE_CHECKING

from hornbeam.core.renaming.names import old_names_in
from hornbeam.layers.activations.activation import Activation
from hornbeam.layers.activations.elu import ELU
from hornbeam.layers.activations.leaky_relu import LeakyReLU
from hornbeam.layers.activations.prelu import PReLU
from hornbeam.layers.activations.relu import ReLU
from hornbeam.layers.activations.softmax import Softmax
from hornbeam.layers.activations.thresholded_relu import ThresholdedReLU
from hornbeam.layers.attention.additive_attention import AdditiveAttention
from hornbeam.layers.attention.attention import Attention
from hornbeam.layers.attention.grouped_query_attention import GroupedQueryAttention
from hornbeam.layers.attention.multi_head_attention import MultiHeadAttention
from hornbeam.layers.base.input_spec import InputSpec
from hornbeam.layers.base.layer import Layer
from hornbeam.layers.base.wrapper import Wrapper
from hornbeam.layers.convolutional.conv import Conv1D, Conv2D, Conv3D
from hornbeam.layers.convolutional.conv_transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from hornbeam.layers.convolutional.depthwise_conv import DepthwiseConv1D, DepthwiseConv2D
from hornbeam.layers.convolutional.locally_connected import LocallyConnected1D, LocallyConnected2D
from hornbeam.layers.convolutional.separable_conv import SeparableConv1D, SeparableConv2D
from hornbeam.layers.core.dense import Dense
from hornbeam.layers.core.einsum_dense import EinsumDense
from hornbeam.layers.core.embedding import Embedding
from hornbeam.layers.core.highway import Highway
from hornbeam.layers.core.identity import Identity
from hornbeam.layers.core.input_layer import Input, InputLayer
from hornbeam.layers.core.lambda_layer import Lambda
from hornbeam.layers.core.masking import Masking
from hornbeam.layers.core.maxout_dense import MaxoutDense
from hornbeam.layers.core.reversible_embedding import ReversibleEmbedding
from hornbeam.layers.merging.add import Add, add
from hornbeam.layers.merging.average import Average, average
from hornbeam.layers.merging.concatenate import Concatenate, concatenate
from hornbeam.layers.merging.dot import Dot, dot
from hornbeam.layers.merging.maximum import Maximum, maximum
from hornbeam.layers.merging.minimum import Minimum, minimum
from hornbeam.layers.merging.multiply import Multiply, multiply
from hornbeam.layers.merging.subtract import Subtract, subtract
from hornbeam.layers.normalization.batch_normalization import BatchNormalization
from hornbeam.layers.normalization.group_normalization import GroupNormalization
from hornbeam.layers.normalization.layer_normalization import LayerNormalization
from hornbeam.layers.normalization.rms_normalization import RMSNormalization
from hornbeam.layers.normalization.spectral_normalization import SpectralNormalization
from hornbeam.layers.normalization.unit_normalization import UnitNormalization
from hornbeam.layers.pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from hornbeam.layers.regularization.activity_regularization import ActivityRegularization
from hornbeam.layers.regularization.alpha_dropout import AlphaDropout
from hornbeam.layers.regularization.dropout import Dropout
from hornbeam.layers.regularization.gaussian_dropout import GaussianDropout
from hornbeam.layers.regularization.gaussian_noise import GaussianNoise
from hornbeam.layers.regularization.spatial_dropout import SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from hornbeam.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from hornbeam.layers.reshaping.flatten import Flatten
from hornbeam.layers.reshaping.permute import Permute
from hornbeam.layers.reshaping.repeat_vector import RepeatVector
from hornbeam.layers.reshaping.reshape import Reshape
from hornbeam.layers.reshaping.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from hornbeam.layers.reshaping.zero_padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from hornbeam.layers.rnn.bidirectional import Bidirectional
from hornbeam.layers.rnn.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from hornbeam.layers.rnn.conv_lstm_cell import ConvLSTM2DCell
from hornbeam.layers.rnn.gru import GRU, GRUCell
from hornbeam.layers.rnn.lstm import LSTM, LSTMCell
from hornbeam.layers.rnn.rnn import RNN
from hornbeam.layers.rnn.simple_rnn import SimpleRNN, SimpleRNNCell
from hornbeam.layers.rnn.stacked_rnn_cells import StackedRNNCells
from hornbeam.layers.rnn.time_distributed import TimeDistributed
from hornbeam.layers.serialization import deserialize, serialize

Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose = (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
SeparableConvolution1D, SeparableConvolution2D = SeparableConv1D, SeparableConv2D
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GroupQueryAttention = GroupedQueryAttention

# fmt: off
__all__ = [
    "Layer", "InputSpec", "Input", "InputLayer",
    "Dense", "Activation", "Embedding", "ReversibleEmbedding", "Masking", "Lambda", "Identity", "EinsumDense",
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianNoise",
    "GaussianDropout", "ActivityRegularization",
    "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax",
    "Flatten", "Reshape", "Permute", "RepeatVector",
    "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D",
    "UpSampling1D", "UpSampling2D", "UpSampling3D",
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
    "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D",
    "SeparableConvolution1D", "SeparableConvolution2D",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
    "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
    "Convolution1D", "Convolution2D", "Convolution3D",
    "Convolution1DTranspose", "Convolution2DTranspose", "Convolution3DTranspose",
    "MaxPool1D", "MaxPool2D", "MaxPool3D", "AvgPool1D", "AvgPool2D", "AvgPool3D",
    "GlobalMaxPool1D", "GlobalMaxPool2D", "GlobalMaxPool3D",
    "GlobalAvgPool1D", "GlobalAvgPool2D", "GlobalAvgPool3D",
    "BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization", "UnitNormalization",
    "SpectralNormalization",
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot",
    "RNN", "StackedRNNCells", "LSTM", "LSTMCell", "GRU", "GRUCell", "SimpleRNN", "SimpleRNNCell",
    "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvLSTM2DCell",
    "Wrapper", "Bidirectional", "TimeDistributed",
    "StringLookup", "IntegerLookup", "Hashing", "HashedCrossing", "TextVectorization",
    "MultiHeadAttention", "Attention", "AdditiveAttention", "GroupQueryAttention", "GroupedQueryAttention",
    "Rescaling", "Normalization", "Discretization", "CategoryEncoding",
    # of Keras 1 and 2
    "LocallyConnected1D", "LocallyConnected2D", "ThresholdedReLU", "Highway", "MaxoutDense",
    "STFTSpectrogram", "MelSpectrogram", "Pipeline",
    "CenterCrop", "RandomFlip", "RandomRotation", "RandomShear", "RandomTranslation", "RandomZoom", "Resizing",
    "RandomBrightness", "RandomColorDegeneration", "RandomContrast", "RandomCrop", "RandomGrayscale", "RandomHue",
    "RandomInvert", "RandomSaturation", "RandomSharpness",
    "AutoContrast", "MixUp", "RandomGaussianBlur", "RandomPosterization", "Solarization",
    "ContrastLimitedAdaptiveHistogramEqualization", "Equalization", "MaxNumBoundingBoxes",
    "JaxLayer", "FlaxLayer", "TorchModuleWrapper", "TFSMLayer",
    # by name
    "serialize",
    "deserialize",
]
# fmt: on

# Layers around code that is written for an engine, or was for TensorFlow, and where in `bridges/` they are.
_BRIDGES = {
    "FlaxLayer": "flax_layer",
    "JaxLayer": "jax_layer",
    "TFSMLayer": "tfsm_layer",
    "TorchModuleWrapper": "torch_module_wrapper",
}
# Layers that few models have, and where in `preprocessing/` they are: imported when somebody asks for them.
_LATER = {
    "MelSpectrogram": "audio.mel_spectrogram",
    "STFTSpectrogram": "audio.stft_spectrogram",
    "HashedCrossing": "categorical.hashed_crossing",
    "Hashing": "categorical.hashing",
    "IntegerLookup": "categorical.integer_lookup",
    "StringLookup": "categorical.string_lookup",
    "AutoContrast": "image.auto_contrast",
    "CenterCrop": "image.center_crop",
    "ContrastLimitedAdaptiveHistogramEqualization": "image.contrast_limited_adaptive_histogram_equalization",
    "Equalization": "image.equalization",
    "MaxNumBoundingBoxes": "image.max_num_bounding_boxes",
    "MixUp": "image.mix_up",
    "RandomBrightness": "image.random_brightness",
    "RandomColorDegeneration": "image.random_color_degeneration",
    "RandomContrast": "image.random_contrast",
    "RandomCrop": "image.random_crop",
    "RandomFlip": "image.random_flip",
    "RandomGaussianBlur": "image.random_gaussian_blur",
    "RandomGrayscale": "image.random_grayscale",
    "RandomHue": "image.random_hue",
    "RandomInvert": "image.random_invert",
    "RandomPosterization": "image.random_posterization",
    "RandomRotation": "image.random_rotation",
    "RandomSaturation": "image.random_saturation",
    "RandomSharpness": "image.random_sharpness",
    "RandomShear": "image.random_shear",
    "RandomTranslation": "image.random_translation",
    "RandomZoom": "image.random_zoom",
    "Resizing": "image.resizing",
    "Solarization": "image.solarization",
    "CategoryEncoding": "numeric.category_encoding",
    "Discretization": "numeric.discretization",
    "Normalization": "numeric.normalization",
    "Rescaling": "numeric.rescaling",
    "Pipeline": "pipeline",
    "TextVectorization": "text.text_vectorization",
}

if TYPE_CHECKING:
    from hornbeam.layers.bridges.flax_layer import FlaxLayer
    from hornbeam.layers.bridges.jax_layer import JaxLayer
    from hornbeam.layers.bridges.tfsm_layer import TFSMLayer
    from hornbeam.layers.bridges.torch_module_wrapper import TorchModuleWrapper
    from hornbeam.layers.preprocessing.audio.mel_spectrogram import MelSpectrogram
    from hornbeam.layers.preprocessing.audio.stft_spectrogram import STFTSpectrogram
    from hornbeam.layers.preprocessing.categorical.hashed_crossing import HashedCrossing
    from hornbeam.layers.preprocessing.categorical.hashing import Hashing
    from hornbeam.layers.preprocessing.categorical.integer_lookup import IntegerLookup
    from hornbeam.layers.preprocessing.categorical.string_lookup import StringLookup
    from hornbeam.layers.preprocessing.image.auto_contrast import AutoContrast
    from hornbeam.layers.preprocessing.image.center_crop import CenterCrop
    from hornbeam.layers.preprocessing.image.contrast_limited_adaptive_histogram_equalization import (
        ContrastLimitedAdaptiveHistogramEqualization,
    )
    from hornbeam.layers.preprocessing.image.equalization import Equalization
    from hornbeam.layers.preprocessing.image.max_num_bounding_boxes import MaxNumBoundingBoxes
    from hornbeam.layers.preprocessing.image.mix_up import MixUp
    from hornbeam.layers.preprocessing.image.random_brightness import RandomBrightness
    from hornbeam.layers.preprocessing.image.random_color_degeneration import RandomColorDegeneration
    from hornbeam.layers.preprocessing.image.random_contrast import RandomContrast
    from hornbeam.layers.preprocessing.image.random_crop import RandomCrop
    from hornbeam.layers.preprocessing.image.random_flip import RandomFlip
    from hornbeam.layers.preprocessing.image.random_gaussian_blur import RandomGaussianBlur
    from hornbeam.layers.preprocessing.image.random_grayscale import RandomGrayscale
    from hornbeam.layers.preprocessing.image.random_hue import RandomHue
    from hornbeam.layers.preprocessing.image.random_invert import RandomInvert
    from hornbeam.layers.preprocessing.image.random_posterization import RandomPosterization
    from hornbeam.layers.preprocessing.image.random_rotation import RandomRotation
    from hornbeam.layers.preprocessing.image.random_saturation import RandomSaturation
    from hornbeam.layers.preprocessing.image.random_sharpness import RandomSharpness
    from hornbeam.layers.preprocessing.image.random_shear import RandomShear
    from hornbeam.layers.preprocessing.image.random_translation import RandomTranslation
    from hornbeam.layers.preprocessing.image.random_zoom import RandomZoom
    from hornbeam.layers.preprocessing.image.resizing import Resizing
    from hornbeam.layers.preprocessing.image.solarization import Solarization
    from hornbeam.layers.preprocessing.numeric.category_encoding import CategoryEncoding
    from hornbeam.layers.preprocessing.numeric.discretization import Discretization
    from hornbeam.layers.preprocessing.numeric.normalization import Normalization
    from hornbeam.layers.preprocessing.numeric.rescaling import Rescaling
    from hornbeam.layers.preprocessing.pipeline import Pipeline
    from hornbeam.layers.preprocessing.text.text_vectorization import TextVectorization
else:
    _old_names = old_names_in(__name__)

    def __getattr__(name):
        places = {"preprocessing": _LATER, "bridges": _BRIDGES}
        for family, later in places.items():
            if name in later:
                globals()[name] = getattr(importlib.import_module(f"{__name__}.{family}.{later[name]}"), name)
                return globals()[name]
        return _old_names(name)
