"""NASNet: cells that a search has found on small images, stacked for large ones.

Source: Zoph, Vasudevan, Shlens and Le 2018, Learning transferable architectures for scalable image recognition.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import ARGUMENTS, Body, assemble, channel_axis
from hornbeam.applications.mobile import padded_for_strides
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input
from hornbeam.models import Functional

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]


def _norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _relu(x: Any, name: str | None = None) -> Any:
    return layers.Activation("relu", name=name)(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    conv = layers.Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)
    return conv(x)


def _separable(x: Any, filters: int, kernel: int, name: str, strides: int = 1) -> Any:
    """Two separable convolutions, each after a ReLU and before a normalization."""
    for i in (1, 2):
        x = _relu(x)
        padding = "same"
        if strides == 2:
            x, padding = padded_for_strides(x, kernel, f"separable_conv_{i}_pad_{name}"), "valid"
        conv = layers.SeparableConv2D(
            filters, kernel, strides=strides, padding=padding, use_bias=False, name=f"separable_conv_{i}_{name}"
        )
        x = conv(x)
        x = _norm(x, f"separable_conv_{i}_bn_{name}")
        strides = 1
    return x


def _mean(x: Any, name: str, size: int = 3, strides: int = 1, padding: str = "same") -> Any:
    return layers.AveragePooling2D(size, strides=strides, padding=padding, name=name)(x)


def _joined(parts: list[Any], name: str | None = None) -> Any:
    return layers.Concatenate(axis=channel_axis(), name=name)(parts)


def _sum(a: Any, b: Any, name: str | None = None) -> Any:
    return layers.Add(name=name)([a, b])


def _adjusted(p: Any, x: Any, filters: int, i: str) -> Any:
    """The input of the cell before, with as many rows, columns and channels as this cell computes with."""
    if p is None:
        return x
    rows = 1 if channel_axis() == 3 else 2
    if p.shape[rows] != x.shape[rows]:
        p = _relu(p, f"adjust_relu_1_{i}")
        one = _conv(_mean(p, f"adjust_avg_pool_1_{i}", 1, 2, "valid"), filters // 2, f"adjust_conv_1_{i}")
        moved = layers.ZeroPadding2D(((0, 1), (0, 1)))(p)
        moved = layers.Cropping2D(((1, 0), (1, 0)))(moved)
        two = _conv(_mean(moved, f"adjust_avg_pool_2_{i}", 1, 2, "valid"), filters // 2, f"adjust_conv_2_{i}")
        return _norm(_joined([one, two]), f"adjust_bn_{i}")
    if p.shape[channel_axis()] != filters:
        return _norm(_conv(_relu(p), filters, f"adjust_conv_projection_{i}"), f"adjust_bn_{i}")
    return p


def _normal(x: Any, p: Any, filters: int, i: str) -> Any:
    """The cell that leaves rows and columns as they are."""
    p = _adjusted(p, x, filters, i)
    h = _norm(_conv(_relu(x), filters, f"normal_conv_1_{i}"), f"normal_bn_1_{i}")
    left, right = _separable(h, filters, 5, f"normal_left1_{i}"), _separable(p, filters, 3, f"normal_right1_{i}")
    one = _sum(left, right, f"normal_add_1_{i}")
    left, right = _separable(p, filters, 5, f"normal_left2_{i}"), _separable(p, filters, 3, f"normal_right2_{i}")
    two = _sum(left, right, f"normal_add_2_{i}")
    three = _sum(_mean(h, f"normal_left3_{i}"), p, f"normal_add_3_{i}")
    four = _sum(_mean(p, f"normal_left4_{i}"), _mean(p, f"normal_right4_{i}"), f"normal_add_4_{i}")
    five = _sum(_separable(h, filters, 3, f"normal_left5_{i}"), h, f"normal_add_5_{i}")
    return _joined([p, one, two, three, four, five], f"normal_concat_{i}")


def _reduction(x: Any, p: Any, filters: int, i: str) -> Any:
    """The cell that halves rows and columns."""

    def largest(name: str) -> Any:
        return layers.MaxPooling2D(3, strides=2, name=name)(padded)

    p = _adjusted(p, x, filters, i)
    h = _norm(_conv(_relu(x), filters, f"reduction_conv_1_{i}"), f"reduction_bn_1_{i}")
    padded = padded_for_strides(h, 3, f"reduction_pad_1_{i}")
    left = _separable(h, filters, 5, f"reduction_left1_{i}", 2)
    one = _sum(left, _separable(p, filters, 7, f"reduction_right1_{i}", 2), f"reduction_add_1_{i}")
    left = largest(f"reduction_left2_{i}")
    two = _sum(left, _separable(p, filters, 7, f"reduction_right2_{i}", 2), f"reduction_add_2_{i}")
    left = _mean(padded, f"reduction_left3_{i}", strides=2, padding="valid")
    three = _sum(left, _separable(p, filters, 5, f"reduction_right3_{i}", 2), f"reduction_add3_{i}")
    four = _sum(two, _mean(one, f"reduction_left4_{i}"))
    left = _separable(one, filters, 3, f"reduction_left4_{i}")
    five = _sum(left, largest(f"reduction_right5_{i}"), f"reduction_add4_{i}")
    return _joined([two, three, four, five], f"reduction_concat_{i}")


def _body(filters: int, depth: int, stem: int, skips: bool) -> Body:
    """Each cell gets what the two before it gave; `skips` says whether a reduction is none of these."""

    def body(x: Any) -> Any:
        conv = layers.Conv2D(stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1")
        x = _norm(conv(x), "stem_bn1")
        x, p = _reduction(x, None, filters // 4, "stem_1"), x
        x, p = _reduction(x, p, filters // 2, "stem_2"), x
        for stage in range(3):
            if stage:
                reduced = _reduction(x, p, filters * 2**stage, f"reduce_{stage * depth}")
                x, p = reduced, p if skips else x
            for i in range(depth):
                x, p = _normal(x, p, filters * 2**stage, f"{stage * depth + (stage > 0) + i}"), x
        return _relu(x)

    return body


def _top(x: Any, classes: int, activation: Any) -> Any:
    x = layers.GlobalAveragePooling2D()(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def _nasnet(kind: str, size: int, filters: int, depth: int, stem: int, skips: bool) -> Any:
    def build(
        input_shape: Any = None,
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = f"nasnet_{kind.lower()}",
    ) -> Functional:
        return assemble(
            _body(filters, depth, stem, skips),
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name,
            size=size,
            key=f"nasnet_{kind.lower()}",
            preprocess=preprocess_input,
            top=_top,
            pool_names=(None, None),
            sized="always",
        )

    build.__name__ = build.__qualname__ = f"NASNet{kind}"
    build.__doc__ = f"NASNet, {kind.lower()}.{ARGUMENTS.format(size=(size, size, 3), more='')}"
    return build


NASNetMobile = _nasnet("Mobile", 224, 44, 4, 32, skips=False)
NASNetLarge = _nasnet("Large", 331, 168, 6, 96, skips=True)
