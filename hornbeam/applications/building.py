"""What the architectures share: inputs, heads, arguments and weights around a body of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hornbeam import activations, config, layers
from hornbeam.applications.input_shapes import Sized, input_shape_for
from hornbeam.applications.preprocessed import Preprocessed
from hornbeam.applications.pretrained import check_weights, load_weights
from hornbeam.core.symbolic import is_symbolic
from hornbeam.models import Functional, Model
from hornbeam.utils import get_source_inputs

Body = Callable[[Any], Any]
#: What a model with `include_top` ends with: from features, the number of classes and their activation.
Top = Callable[[Any, int, Any], Any]

#: What is written below the first line about each architecture.
ARGUMENTS = """

    Args:
        include_top: whether it ends in the classifier, or else in the features below it.
        weights: "imagenet" for those that Keras publishes, downloaded once; `None` for random ones; or a file.
        input_tensor: a symbolic tensor to start from, instead of an input of its own.
        input_shape: of one image: {size} by default, or any size without the classifier.
        pooling: without the classifier: "avg" or "max" over rows and columns, or `None` for the feature maps.
        classes: how many, with the classifier.
        classifier_activation: of the classifier; `None` for logits.{more}
        name: of the model.

    Raises:
        ValueError: for arguments that do not fit together, and for weights that do not fit the model.
    """


def channel_axis() -> int:
    """Where images have their channels."""
    return 3 if config.image_data_format() == "channels_last" else 1


def classifier(x: Any, classes: int, activation: Any) -> Any:
    """The mean over rows and columns, then one dense layer."""
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def pooled(x: Any, pooling: str | None, names: tuple[str | None, str | None]) -> Any:
    """The features without a classifier."""
    if pooling == "avg":
        return layers.GlobalAveragePooling2D(name=names[0])(x)
    return layers.GlobalMaxPooling2D(name=names[1])(x) if pooling == "max" else x


def assemble(
    body: Body,
    *,
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
    classifier_activation: Any,
    name: str | None,
    size: int,
    key: str,
    preprocess: Body | None,
    least: int = 32,
    top: Top = classifier,
    pool_names: tuple[str | None, str | None] = ("avg_pool", "max_pool"),
    sized: Sized = "with the top",
    pretrained_body: Body | None = None,
    after_pooling: Body = lambda x: x,
) -> Functional:
    """The model of a body and its head, with its weights.

    Args:
        body: from images to feature maps.
        size: of the images that the published weights are made for.
        key: what those are called in the list of files.
        preprocess: what their images are to be called with; `None` leaves it to the user.
        least: the smallest size.
        top: the classifier.
        pool_names: of the layers for `pooling`.
        sized: when the numbers of rows and columns are `size`, unless the user says others.
        pretrained_body: takes the place of `body` for the published weights.
        after_pooling: what follows the features without the classifier.
    """
    check_weights(weights, include_top, classes, classifier_activation, pooling)
    shape = input_shape_for(input_shape, input_tensor, size, least, include_top, weights, sized)
    images = layers.Input(shape) if input_tensor is None else _symbolic(input_tensor)
    x = (pretrained_body if pretrained_body and weights == "imagenet" else body)(images)
    if include_top:
        x = top(x, classes, activations.get(classifier_activation))
    else:
        x = after_pooling(pooled(x, pooling, pool_names))
    sources = [images] if input_tensor is None else get_source_inputs(images)
    model = Model(sources[0] if len(sources) == 1 else sources, x, name=name)
    load_weights(model, weights, key, include_top)
    if weights is not None and input_tensor is None and preprocess is not None:
        model.layers[0].expects = Preprocessed(model.name, preprocess, body.__module__)
    return model  # type: ignore[return-value]


def _symbolic(tensor: Any) -> Any:
    return tensor if is_symbolic(tensor) else layers.Input(tensor=tensor)


def application(
    function: str, body: Body, *, name: str, size: int, summary: str, preprocess: Body, **options: Any
) -> Any:
    """The public function of an architecture whose arguments are the usual ones.

    Args:
        function: its name.
        body: from images to feature maps.
        name: of the models, by default; and of the published weights.
        size: of the images that those are made for.
        summary: the first line about it.
        preprocess: what the images for those are to be called with.
        options: of `assemble`.
    """

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str | None = name,
    ) -> Functional:
        return assemble(
            body,
            include_top=include_top,
            weights=weights,
            input_tensor=input_tensor,
            input_shape=input_shape,
            pooling=pooling,
            classes=classes,
            classifier_activation=classifier_activation,
            name=name,
            size=size,
            key=key,
            preprocess=preprocess,
            **options,
        )

    key = name
    return named(build, function, summary, size)


def named(build: Any, function: str, summary: str, size: int) -> Any:
    """A function that was made here, with the name and the description of what it builds."""
    build.__name__ = build.__qualname__ = function
    build.__doc__ = summary + ARGUMENTS.format(size=(size, size, 3), more="")
    return build
