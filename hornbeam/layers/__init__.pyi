"""The layers."""

from hornbeam.layers.activations.activation import Activation as Activation
from hornbeam.layers.activations.elu import ELU as ELU
from hornbeam.layers.activations.leaky_relu import LeakyReLU as LeakyReLU
from hornbeam.layers.activations.prelu import PReLU as PReLU
from hornbeam.layers.activations.relu import ReLU as ReLU
from hornbeam.layers.activations.softmax import Softmax as Softmax
from hornbeam.layers.activations.thresholded_relu import ThresholdedReLU as ThresholdedReLU
from hornbeam.layers.attention.additive_attention import AdditiveAttention as AdditiveAttention
from hornbeam.layers.attention.attention import Attention as Attention
from hornbeam.layers.attention.grouped_query_attention import GroupedQueryAttention as GroupedQueryAttention
from hornbeam.layers.attention.multi_head_attention import MultiHeadAttention as MultiHeadAttention
from hornbeam.layers.base.input_spec import InputSpec as InputSpec
from hornbeam.layers.base.layer import Layer as Layer
from hornbeam.layers.base.wrapper import Wrapper as Wrapper
from hornbeam.layers.bridges.flax_layer import FlaxLayer as FlaxLayer
from hornbeam.layers.bridges.jax_layer import JaxLayer as JaxLayer
from hornbeam.layers.bridges.tfsm_layer import TFSMLayer as TFSMLayer
from hornbeam.layers.bridges.torch_module_wrapper import TorchModuleWrapper as TorchModuleWrapper
from hornbeam.layers.convolutional.conv import Conv1D as Conv1D, Conv2D as Conv2D, Conv3D as Conv3D
from hornbeam.layers.convolutional.conv_transpose import (
    Conv1DTranspose as Conv1DTranspose,
    Conv2DTranspose as Conv2DTranspose,
    Conv3DTranspose as Conv3DTranspose,
)
from hornbeam.layers.convolutional.depthwise_conv import (
    DepthwiseConv1D as DepthwiseConv1D,
    DepthwiseConv2D as DepthwiseConv2D,
)
from hornbeam.layers.convolutional.locally_connected import (
    LocallyConnected1D as LocallyConnected1D,
    LocallyConnected2D as LocallyConnected2D,
)
from hornbeam.layers.convolutional.separable_conv import (
    SeparableConv1D as SeparableConv1D,
    SeparableConv2D as SeparableConv2D,
)
from hornbeam.layers.core.dense import Dense as Dense
from hornbeam.layers.core.einsum_dense import EinsumDense as EinsumDense
from hornbeam.layers.core.embedding import Embedding as Embedding
from hornbeam.layers.core.highway import Highway as Highway
from hornbeam.layers.core.identity import Identity as Identity
from hornbeam.layers.core.input_layer import Input as Input, InputLayer as InputLayer
from hornbeam.layers.core.lambda_layer import Lambda as Lambda
from hornbeam.layers.core.masking import Masking as Masking
from hornbeam.layers.core.maxout_dense import MaxoutDense as MaxoutDense
from hornbeam.layers.core.reversible_embedding import ReversibleEmbedding as ReversibleEmbedding
from hornbeam.layers.merging.add import Add as Add, add as add
from hornbeam.layers.merging.average import Average as Average, average as average
from hornbeam.layers.merging.concatenate import Concatenate as Concatenate, concatenate as concatenate
from hornbeam.layers.merging.dot import Dot as Dot, dot as dot
from hornbeam.layers.merging.maximum import Maximum as Maximum, maximum as maximum
from hornbeam.layers.merging.minimum import Minimum as Minimum, minimum as minimum
from hornbeam.layers.merging.multiply import Multiply as Multiply, multiply as multiply
from hornbeam.layers.merging.subtract import Subtract as Subtract, subtract as subtract
from hornbeam.layers.normalization.batch_normalization import BatchNormalization as BatchNormalization
from hornbeam.layers.normalization.group_normalization import GroupNormalization as GroupNormalization
from hornbeam.layers.normalization.layer_normalization import LayerNormalization as LayerNormalization
from hornbeam.layers.normalization.rms_normalization import RMSNormalization as RMSNormalization
from hornbeam.layers.normalization.spectral_normalization import SpectralNormalization as SpectralNormalization
from hornbeam.layers.normalization.unit_normalization import UnitNormalization as UnitNormalization
from hornbeam.layers.pooling.adaptive_average_pooling import (
    AdaptiveAveragePooling1D as AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D as AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D as AdaptiveAveragePooling3D,
)
from hornbeam.layers.pooling.adaptive_max_pooling import (
    AdaptiveMaxPooling1D as AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D as AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D as AdaptiveMaxPooling3D,
)
from hornbeam.layers.pooling.average_pooling import (
    AveragePooling1D as AveragePooling1D,
    AveragePooling2D as AveragePooling2D,
    AveragePooling3D as AveragePooling3D,
)
from hornbeam.layers.pooling.global_average_pooling import (
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAveragePooling3D as GlobalAveragePooling3D,
)
from hornbeam.layers.pooling.global_max_pooling import (
    GlobalMaxPooling1D as GlobalMaxPooling1D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
)
from hornbeam.layers.pooling.max_pooling import (
    MaxPooling1D as MaxPooling1D,
    MaxPooling2D as MaxPooling2D,
    MaxPooling3D as MaxPooling3D,
)
from hornbeam.layers.preprocessing.audio.mel_spectrogram import MelSpectrogram as MelSpectrogram
from hornbeam.layers.preprocessing.audio.stft_spectrogram import STFTSpectrogram as STFTSpectrogram
from hornbeam.layers.preprocessing.categorical.hashed_crossing import HashedCrossing as HashedCrossing
from hornbeam.layers.preprocessing.categorical.hashing import Hashing as Hashing
from hornbeam.layers.preprocessing.categorical.integer_lookup import IntegerLookup as IntegerLookup
from hornbeam.layers.preprocessing.categorical.string_lookup import StringLookup as StringLookup
from hornbeam.layers.preprocessing.image.aug_mix import AugMix as AugMix
from hornbeam.layers.preprocessing.image.auto_contrast import AutoContrast as AutoContrast
from hornbeam.layers.preprocessing.image.center_crop import CenterCrop as CenterCrop
from hornbeam.layers.preprocessing.image.contrast_limited_adaptive_histogram_equalization import (
    ContrastLimitedAdaptiveHistogramEqualization as ContrastLimitedAdaptiveHistogramEqualization,
)
from hornbeam.layers.preprocessing.image.cut_mix import CutMix as CutMix
from hornbeam.layers.preprocessing.image.equalization import Equalization as Equalization
from hornbeam.layers.preprocessing.image.max_num_bounding_boxes import MaxNumBoundingBoxes as MaxNumBoundingBoxes
from hornbeam.layers.preprocessing.image.mix_up import MixUp as MixUp
from hornbeam.layers.preprocessing.image.rand_augment import RandAugment as RandAugment
from hornbeam.layers.preprocessing.image.random_brightness import RandomBrightness as RandomBrightness
from hornbeam.layers.preprocessing.image.random_color_degeneration import (
    RandomColorDegeneration as RandomColorDegeneration,
)
from hornbeam.layers.preprocessing.image.random_color_jitter import RandomColorJitter as RandomColorJitter
from hornbeam.layers.preprocessing.image.random_contrast import RandomContrast as RandomContrast
from hornbeam.layers.preprocessing.image.random_crop import RandomCrop as RandomCrop
from hornbeam.layers.preprocessing.image.random_elastic_transform import (
    RandomElasticTransform as RandomElasticTransform,
)
from hornbeam.layers.preprocessing.image.random_erasing import RandomErasing as RandomErasing
from hornbeam.layers.preprocessing.image.random_flip import RandomFlip as RandomFlip
from hornbeam.layers.preprocessing.image.random_gaussian_blur import RandomGaussianBlur as RandomGaussianBlur
from hornbeam.layers.preprocessing.image.random_grayscale import RandomGrayscale as RandomGrayscale
from hornbeam.layers.preprocessing.image.random_hue import RandomHue as RandomHue
from hornbeam.layers.preprocessing.image.random_invert import RandomInvert as RandomInvert
from hornbeam.layers.preprocessing.image.random_perspective import RandomPerspective as RandomPerspective
from hornbeam.layers.preprocessing.image.random_posterization import RandomPosterization as RandomPosterization
from hornbeam.layers.preprocessing.image.random_rotation import RandomRotation as RandomRotation
from hornbeam.layers.preprocessing.image.random_saturation import RandomSaturation as RandomSaturation
from hornbeam.layers.preprocessing.image.random_sharpness import RandomSharpness as RandomSharpness
from hornbeam.layers.preprocessing.image.random_shear import RandomShear as RandomShear
from hornbeam.layers.preprocessing.image.random_translation import RandomTranslation as RandomTranslation
from hornbeam.layers.preprocessing.image.random_zoom import RandomZoom as RandomZoom
from hornbeam.layers.preprocessing.image.resizing import Resizing as Resizing
from hornbeam.layers.preprocessing.image.solarization import Solarization as Solarization
from hornbeam.layers.preprocessing.numeric.category_encoding import CategoryEncoding as CategoryEncoding
from hornbeam.layers.preprocessing.numeric.discretization import Discretization as Discretization
from hornbeam.layers.preprocessing.numeric.normalization import Normalization as Normalization
from hornbeam.layers.preprocessing.numeric.rescaling import Rescaling as Rescaling
from hornbeam.layers.preprocessing.pipeline import Pipeline as Pipeline
from hornbeam.layers.preprocessing.text.text_vectorization import TextVectorization as TextVectorization
from hornbeam.layers.regularization.activity_regularization import ActivityRegularization as ActivityRegularization
from hornbeam.layers.regularization.alpha_dropout import AlphaDropout as AlphaDropout
from hornbeam.layers.regularization.dropout import Dropout as Dropout
from hornbeam.layers.regularization.gaussian_dropout import GaussianDropout as GaussianDropout
from hornbeam.layers.regularization.gaussian_noise import GaussianNoise as GaussianNoise
from hornbeam.layers.regularization.spatial_dropout import (
    SpatialDropout1D as SpatialDropout1D,
    SpatialDropout2D as SpatialDropout2D,
    SpatialDropout3D as SpatialDropout3D,
)
from hornbeam.layers.reshaping.cropping import (
    Cropping1D as Cropping1D,
    Cropping2D as Cropping2D,
    Cropping3D as Cropping3D,
)
from hornbeam.layers.reshaping.flatten import Flatten as Flatten
from hornbeam.layers.reshaping.permute import Permute as Permute
from hornbeam.layers.reshaping.repeat_vector import RepeatVector as RepeatVector
from hornbeam.layers.reshaping.reshape import Reshape as Reshape
from hornbeam.layers.reshaping.up_sampling import (
    UpSampling1D as UpSampling1D,
    UpSampling2D as UpSampling2D,
    UpSampling3D as UpSampling3D,
)
from hornbeam.layers.reshaping.zero_padding import (
    ZeroPadding1D as ZeroPadding1D,
    ZeroPadding2D as ZeroPadding2D,
    ZeroPadding3D as ZeroPadding3D,
)
from hornbeam.layers.rnn.bidirectional import Bidirectional as Bidirectional
from hornbeam.layers.rnn.conv_lstm import ConvLSTM1D as ConvLSTM1D, ConvLSTM2D as ConvLSTM2D, ConvLSTM3D as ConvLSTM3D
from hornbeam.layers.rnn.conv_rnn import ConvRNN2D as ConvRNN2D
from hornbeam.layers.rnn.conv_lstm_cell import ConvLSTM2DCell as ConvLSTM2DCell
from hornbeam.layers.rnn.gru import GRU as GRU, GRUCell as GRUCell
from hornbeam.layers.rnn.lstm import LSTM as LSTM, LSTMCell as LSTMCell
from hornbeam.layers.rnn.rnn import RNN as RNN
from hornbeam.layers.rnn.simple_rnn import SimpleRNN as SimpleRNN, SimpleRNNCell as SimpleRNNCell
from hornbeam.layers.rnn.stacked_rnn_cells import StackedRNNCells as StackedRNNCells
from hornbeam.layers.rnn.time_distributed import TimeDistributed as TimeDistributed
from hornbeam.layers.serialization import deserialize as deserialize, serialize as serialize

Convolution1D = Conv1D
Convolution2D = Conv2D
Convolution3D = Conv3D
Convolution1DTranspose = Conv1DTranspose
Convolution2DTranspose = Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GroupQueryAttention = GroupedQueryAttention
