"""Layers that convolve, pool, pad, crop and rearrange."""

from layer_row import FIRST, IMAGES, MASK, ROWS, STEPS, VOLUMES, row

LAYERS = {
    # shapes
    "Flatten": row(lambda k: k.Flatten(data_format="channels_first"), FIRST),
    "Flatten steps": row(lambda k: k.Flatten(), STEPS, mask=MASK, free=(0, 1)),
    "Flatten rows": row(lambda k: k.Flatten(), ROWS[:, 0]),
    "Reshape": row(lambda k: k.Reshape((-1, 2)), STEPS, free=(0, 1)),
    "Reshape known": row(lambda k: k.Reshape((2, 10)), STEPS, mask=MASK),
    "Reshape images": row(lambda k: k.Reshape((6, 4, -1, 1)), IMAGES),
    "Permute": row(lambda k: k.Permute((2, 1)), STEPS),
    "Permute images": row(lambda k: k.Permute((3, 1, 2)), IMAGES, free=(0, 2)),
    "Permute same": row(lambda k: k.Permute([1, 2]), STEPS, free=(0, 1)),
    "RepeatVector": row(lambda k: k.RepeatVector(3), ROWS),
    "RepeatVector once": row(lambda k: k.RepeatVector(1, name="more"), FIRST[:, :, 0, 0]),
    "RepeatVector many": row(lambda k: k.RepeatVector(5), ROWS, free=(0, 1)),
    "ZeroPadding1D": row(lambda k: k.ZeroPadding1D((1, 2)), STEPS, free=(0, 1)),
    "ZeroPadding1D plain": row(lambda k: k.ZeroPadding1D(), STEPS, mask=MASK),
    "ZeroPadding1D first": row(lambda k: k.ZeroPadding1D((0, 2), data_format="channels_first"), STEPS),
    "ZeroPadding2D": row(lambda k: k.ZeroPadding2D(((1, 0), (2, 1))), IMAGES),
    "ZeroPadding2D first": row(lambda k: k.ZeroPadding2D((1, 2), data_format="channels_first"), FIRST),
    "ZeroPadding2D plain": row(lambda k: k.ZeroPadding2D(), IMAGES, free=(0, 1, 2)),
    "Cropping1D": row(lambda k: k.Cropping1D((1, 2)), STEPS),
    "Cropping1D plain": row(lambda k: k.Cropping1D(), STEPS, mask=MASK, free=(0, 1)),
    "Cropping1D end": row(lambda k: k.Cropping1D((0, 3)), STEPS),
    "Cropping2D": row(lambda k: k.Cropping2D(((1, 0), (1, 1))), IMAGES),
    "Cropping2D plain": row(lambda k: k.Cropping2D(2), IMAGES, free=(0, 1, 2)),
    "Cropping2D first": row(lambda k: k.Cropping2D((2, 1), data_format="channels_first"), FIRST),
    "UpSampling1D": row(lambda k: k.UpSampling1D(3), STEPS),
    "UpSampling1D plain": row(lambda k: k.UpSampling1D(), STEPS, mask=MASK, free=(0, 1)),
    "UpSampling1D once": row(lambda k: k.UpSampling1D(1), STEPS),
    "UpSampling2D": row(lambda k: k.UpSampling2D((2, 3), interpolation="bilinear"), IMAGES),
    "UpSampling2D cubic": row(lambda k: k.UpSampling2D(2, interpolation="bicubic"), IMAGES),
    "UpSampling2D lanczos": row(lambda k: k.UpSampling2D((1, 3), "channels_first", "lanczos3"), FIRST),
    "UpSampling2D lanczos5": row(lambda k: k.UpSampling2D(2, interpolation="lanczos5"), IMAGES),
    "UpSampling2D nearest": row(lambda k: k.UpSampling2D((2, 3)), IMAGES, free=(0, 1, 2)),
    "ZeroPadding3D": row(lambda k: k.ZeroPadding3D(((1, 0), (2, 1), (0, 1))), VOLUMES),
    "ZeroPadding3D all": row(lambda k: k.ZeroPadding3D(), VOLUMES, free=(0, 1, 2, 3)),
    "ZeroPadding3D first": row(lambda k: k.ZeroPadding3D((1, 2, 0), data_format="channels_first"), VOLUMES),
    "Cropping3D": row(lambda k: k.Cropping3D(((1, 0), (1, 2), (0, 1))), VOLUMES),
    "Cropping3D all": row(lambda k: k.Cropping3D(), VOLUMES, free=(0, 2)),
    "Cropping3D first": row(lambda k: k.Cropping3D((2, 1, 0), data_format="channels_first"), VOLUMES),
    "UpSampling3D": row(lambda k: k.UpSampling3D((2, 1, 3)), VOLUMES),
    "UpSampling3D all": row(lambda k: k.UpSampling3D(), VOLUMES, free=(0, 1, 2, 3)),
    "UpSampling3D first": row(lambda k: k.UpSampling3D((1, 2, 2), data_format="channels_first"), VOLUMES),
    # convolutions
    "Conv1D": row(lambda k: k.Conv1D(3, 2, strides=2, padding="causal", activation="relu"), STEPS),
    "Conv1D mask": row(lambda k: k.Conv1D(3, 3, activation="relu"), STEPS, mask=MASK, free=(0, 1)),
    "Conv1D causal": row(lambda k: k.Conv1D(2, 3, padding="causal", dilation_rate=2), STEPS, free=(0, 1)),
    "Conv1D same": row(lambda k: k.Conv1D(2, 2, strides=2, padding="same", use_bias=False), STEPS),
    "Conv2D": row(lambda k: k.Conv2D(4, (2, 3), padding="same", strides=2, groups=2, use_bias=False), IMAGES),
    "Conv2D unknown": row(lambda k: k.Conv2D(3, (3, 2)), IMAGES, free=(0, 1, 2)),
    "Conv2D same": row(lambda k: k.Conv2D(3, 3, strides=(2, 3), padding="same"), IMAGES),
    "Conv2D groups": row(lambda k: k.Conv2D(6, 2, groups=2, dilation_rate=(2, 1)), IMAGES),
    "Conv2D first": row(lambda k: k.Conv2D(3, 2, padding="same", data_format="channels_first"), FIRST),
    "Conv3D": row(lambda k: k.Conv3D(2, 2, dilation_rate=2), VOLUMES),
    "Conv3D same": row(lambda k: k.Conv3D(4, (2, 3, 1), (2, 1, 2), "same", groups=2, use_bias=False), VOLUMES),
    "Conv3D first": row(
        lambda k: k.Conv3D(2, 2, data_format="channels_first", activation="relu", bias_regularizer="l2"), VOLUMES
    ),
    "Conv1DTranspose": row(lambda k: k.Conv1DTranspose(2, 3, strides=2), STEPS),
    "Conv1DTranspose same": row(lambda k: k.Conv1DTranspose(3, 2, 3, "same", use_bias=False), STEPS, free=(0, 1)),
    "Conv1DTranspose first": row(
        lambda k: k.Conv1DTranspose(2, 3, data_format="channels_first", dilation_rate=2, activation="tanh"), STEPS
    ),
    "Conv2DTranspose": row(
        lambda k: k.Conv2DTranspose(2, 3, strides=2, padding="same", activation="elu"), IMAGES, free=(0, 1, 2)
    ),
    "Conv2DTranspose more": row(lambda k: k.Conv2DTranspose(2, 3, 2, "valid", output_padding=1), IMAGES),
    "Conv2DTranspose first": row(
        lambda k: k.Conv2DTranspose(2, (2, 3), (1, 2), data_format="channels_first", kernel_regularizer="l2"), FIRST
    ),
    "Conv3DTranspose": row(lambda k: k.Conv3DTranspose(1, 2, strides=(1, 2, 1)), VOLUMES),
    "Conv3DTranspose same": row(lambda k: k.Conv3DTranspose(2, 3, 2, "same", use_bias=False), VOLUMES),
    "Conv3DTranspose first": row(
        lambda k: k.Conv3DTranspose(2, (1, 2, 2), data_format="channels_first", activation="relu"), VOLUMES
    ),
    "DepthwiseConv1D": row(lambda k: k.DepthwiseConv1D(2, depth_multiplier=2), STEPS),
    "DepthwiseConv1D same": row(lambda k: k.DepthwiseConv1D(3, 2, "same", use_bias=False), STEPS, free=(0, 1)),
    "DepthwiseConv1D first": row(
        lambda k: k.DepthwiseConv1D(
            2, data_format="channels_first", dilation_rate=2, activation="relu", depthwise_constraint="non_neg"
        ),
        STEPS,
    ),
    "DepthwiseConv2D": row(lambda k: k.DepthwiseConv2D(2, depth_multiplier=2, padding="same"), IMAGES),
    "DepthwiseConv2D first": row(
        lambda k: k.DepthwiseConv2D((2, 3), dilation_rate=2, use_bias=False, data_format="channels_first"), FIRST
    ),
    "DepthwiseConv2D strides": row(
        lambda k: k.DepthwiseConv2D(3, 2, activation="elu", depthwise_regularizer="l2", bias_initializer="ones"), IMAGES
    ),
    "SeparableConv1D": row(
        lambda k: k.SeparableConv1D(3, 2, strides=2, padding="same", depth_multiplier=2, activation="relu"), STEPS
    ),
    "SeparableConv1D mask": row(lambda k: k.SeparableConv1D(3, 3, dilation_rate=2), STEPS, mask=MASK, free=(0, 1)),
    "SeparableConv1D rest": row(
        lambda k: k.SeparableConv1D(2, 2, use_bias=False, pointwise_regularizer="l2", depthwise_constraint="non_neg"),
        STEPS,
    ),
    "SeparableConv2D": row(lambda k: k.SeparableConv2D(3, (2, 3), depth_multiplier=2), IMAGES, free=(0, 1, 2)),
    "SeparableConv2D same": row(lambda k: k.SeparableConv2D(5, 3, strides=2, padding="same"), IMAGES),
    "SeparableConv2D first": row(
        lambda k: k.SeparableConv2D(3, 2, dilation_rate=(1, 2), activation="tanh", data_format="channels_first"), FIRST
    ),
    # pooling
    "MaxPooling1D": row(lambda k: k.MaxPooling1D(2, strides=1, padding="same"), STEPS),
    "MaxPooling1D mask": row(lambda k: k.MaxPooling1D(), STEPS, mask=MASK, free=(0, 1)),
    "MaxPooling1D first": row(lambda k: k.MaxPooling1D(3, 2, data_format="channels_first"), STEPS),
    "MaxPooling2D": row(lambda k: k.MaxPooling2D((2, 3), strides=2), IMAGES),
    "MaxPooling2D same": row(lambda k: k.MaxPooling2D((2, 3), strides=2, padding="same"), IMAGES),
    "MaxPooling2D first": row(lambda k: k.MaxPooling2D(data_format="channels_first"), FIRST),
    "MaxPooling3D": row(lambda k: k.MaxPooling3D(2), VOLUMES),
    "MaxPooling3D same": row(lambda k: k.MaxPooling3D((2, 1, 3), 2, "same"), VOLUMES, free=(0, 1, 2, 3)),
    "MaxPooling3D first": row(lambda k: k.MaxPooling3D((2, 3, 1), 1, data_format="channels_first"), VOLUMES),
    "AveragePooling1D": row(lambda k: k.AveragePooling1D(3, strides=2, padding="same"), STEPS),
    "AveragePooling1D plain": row(lambda k: k.AveragePooling1D(2), STEPS, mask=MASK, free=(0, 1)),
    "AveragePooling1D first": row(lambda k: k.AveragePooling1D(2, 1, data_format="channels_first"), STEPS),
    "AveragePooling2D": row(lambda k: k.AveragePooling2D((2, 3), strides=1), IMAGES, free=(0, 1, 2)),
    "AveragePooling2D same": row(lambda k: k.AveragePooling2D(3, strides=1, padding="same"), IMAGES, free=(0, 1, 2)),
    "AveragePooling2D first": row(lambda k: k.AveragePooling2D(2, (3, 1), data_format="channels_first"), FIRST),
    "AveragePooling3D": row(lambda k: k.AveragePooling3D(2, padding="same"), VOLUMES),
    "AveragePooling3D valid": row(lambda k: k.AveragePooling3D((2, 3, 2), 1), VOLUMES, free=(0, 1, 2, 3)),
    "AveragePooling3D first": row(lambda k: k.AveragePooling3D((2, 1, 2), data_format="channels_first"), VOLUMES),
    "GlobalAveragePooling1D": row(lambda k: k.GlobalAveragePooling1D(keepdims=True), STEPS, mask=MASK, masking="steps"),
    "GlobalAveragePooling1D unknown": row(lambda k: k.GlobalAveragePooling1D(), STEPS, free=(0, 1)),
    "GlobalAveragePooling1D first": row(lambda k: k.GlobalAveragePooling1D("channels_first"), STEPS),
    "GlobalAveragePooling2D": row(lambda k: k.GlobalAveragePooling2D(), IMAGES),
    "GlobalAveragePooling2D keep": row(lambda k: k.GlobalAveragePooling2D(keepdims=True), IMAGES, free=(0, 1, 2)),
    "GlobalAveragePooling2D first": row(lambda k: k.GlobalAveragePooling2D("channels_first", keepdims=True), FIRST),
    "GlobalAveragePooling3D": row(lambda k: k.GlobalAveragePooling3D(keepdims=True), VOLUMES),
    "GlobalAveragePooling3D plain": row(lambda k: k.GlobalAveragePooling3D(), VOLUMES, free=(0, 1, 2, 3)),
    "GlobalAveragePooling3D first": row(lambda k: k.GlobalAveragePooling3D("channels_first"), VOLUMES),
    "GlobalMaxPooling1D": row(lambda k: k.GlobalMaxPooling1D(), STEPS),
    "GlobalMaxPooling1D keep": row(lambda k: k.GlobalMaxPooling1D(keepdims=True), STEPS, mask=MASK, free=(0, 1)),
    "GlobalMaxPooling1D first": row(lambda k: k.GlobalMaxPooling1D("channels_first"), STEPS),
    "GlobalMaxPooling2D": row(lambda k: k.GlobalMaxPooling2D(keepdims=True), IMAGES),
    "GlobalMaxPooling2D first": row(lambda k: k.GlobalMaxPooling2D(data_format="channels_first"), FIRST),
    "GlobalMaxPooling2D plain": row(lambda k: k.GlobalMaxPooling2D(), IMAGES, free=(0, 1, 2)),
    "GlobalMaxPooling3D": row(lambda k: k.GlobalMaxPooling3D(), VOLUMES),
    "GlobalMaxPooling3D keep": row(lambda k: k.GlobalMaxPooling3D(keepdims=True), VOLUMES, free=(0, 1, 2, 3)),
    "GlobalMaxPooling3D first": row(lambda k: k.GlobalMaxPooling3D("channels_first"), VOLUMES),
    "AdaptiveAveragePooling1D": row(lambda k: k.AdaptiveAveragePooling1D(3), STEPS),
    "AdaptiveAveragePooling1D more": row(lambda k: k.AdaptiveAveragePooling1D((7,)), STEPS, mask=MASK),
    "AdaptiveAveragePooling1D first": row(lambda k: k.AdaptiveAveragePooling1D(2, "channels_first"), STEPS),
    "AdaptiveAveragePooling2D": row(lambda k: k.AdaptiveAveragePooling2D((3, 4)), IMAGES),
    "AdaptiveAveragePooling2D one": row(lambda k: k.AdaptiveAveragePooling2D(1), IMAGES, free=(0, 1, 2)),
    "AdaptiveAveragePooling2D first": row(
        lambda k: k.AdaptiveAveragePooling2D((5, 2), data_format="channels_first"), FIRST
    ),
    "AdaptiveAveragePooling3D": row(lambda k: k.AdaptiveAveragePooling3D((3, 2, 4)), VOLUMES),
    "AdaptiveAveragePooling3D all": row(lambda k: k.AdaptiveAveragePooling3D(2), VOLUMES),
    "AdaptiveAveragePooling3D first": row(lambda k: k.AdaptiveAveragePooling3D(2, "channels_first"), VOLUMES),
    "AdaptiveMaxPooling1D": row(lambda k: k.AdaptiveMaxPooling1D(3), STEPS),
    "AdaptiveMaxPooling1D more": row(lambda k: k.AdaptiveMaxPooling1D((7,)), STEPS, mask=MASK),
    "AdaptiveMaxPooling1D first": row(lambda k: k.AdaptiveMaxPooling1D(2, "channels_first"), STEPS),
    "AdaptiveMaxPooling2D": row(lambda k: k.AdaptiveMaxPooling2D((3, 4)), IMAGES),
    "AdaptiveMaxPooling2D one": row(lambda k: k.AdaptiveMaxPooling2D(1), IMAGES, free=(0, 1, 2)),
    "AdaptiveMaxPooling2D first": row(lambda k: k.AdaptiveMaxPooling2D((5, 2), data_format="channels_first"), FIRST),
    "AdaptiveMaxPooling3D": row(lambda k: k.AdaptiveMaxPooling3D((3, 2, 4)), VOLUMES),
    "AdaptiveMaxPooling3D all": row(lambda k: k.AdaptiveMaxPooling3D(2), VOLUMES),
    "AdaptiveMaxPooling3D first": row(lambda k: k.AdaptiveMaxPooling3D(2, "channels_first"), VOLUMES),
}
