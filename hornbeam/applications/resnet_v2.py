"""ResNet v2: blocks that normalize before they compute.

Source: He, Zhang, Ren and Sun 2016, Identity mappings in deep residual networks.
"""

from __future__ import annotations

from typing import Any

from hornbeam import layers
from hornbeam.applications.building import Body, application
from hornbeam.applications.preprocessing import decode_predictions
from hornbeam.applications.preprocessing import preprocess_tf as preprocess_input
from hornbeam.applications.resnet import WIDTHS, normalized, stem

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]


def _relu_bn(x: Any, norm: str, relu: str) -> Any:
    return layers.Activation("relu", name=relu)(normalized(x, norm))


def _block(x: Any, filters: int, strides: int, projects: bool, name: str) -> Any:
    ready = _relu_bn(x, f"{name}_preact_bn", f"{name}_preact_relu")
    if projects:
        shortcut = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(ready)
    else:
        shortcut = layers.MaxPooling2D(1, strides=strides)(x) if strides > 1 else x
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(ready)
    x = _relu_bn(x, f"{name}_1_bn", f"{name}_1_relu")
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = _relu_bn(x, f"{name}_2_bn", f"{name}_2_relu")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([shortcut, x])


def _body(depths: tuple[int, ...]) -> Body:
    def body(x: Any) -> Any:
        x = stem(x, with_norm=False)
        for stage, (filters, depth) in enumerate(zip(WIDTHS, depths, strict=True), 2):
            for i in range(depth):
                strides = 2 if i == depth - 1 and stage < 5 else 1
                x = _block(x, filters, strides, projects=i == 0, name=f"conv{stage}_block{i + 1}")
        return _relu_bn(x, "post_bn", "post_relu")

    return body


def _resnet(layer_count: int, depths: tuple[int, ...]) -> Any:
    summary = f"ResNet of {layer_count} layers, version 2."
    function, name = f"ResNet{layer_count}V2", f"resnet{layer_count}v2"
    return application(function, _body(depths), name=name, size=224, summary=summary, preprocess=preprocess_input)


ResNet50V2 = _resnet(50, (3, 4, 6, 3))
ResNet101V2 = _resnet(101, (3, 4, 23, 3))
ResNet152V2 = _resnet(152, (3, 8, 36, 3))
