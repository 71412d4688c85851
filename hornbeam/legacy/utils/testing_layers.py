"""Keras 2's `utils.test_utils.layer_test`: what must hold for any layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hornbeam import models
from hornbeam.layers import Input


def layer_test(
    layer_cls: Any,
    kwargs: Mapping[str, Any] | None = None,
    input_shape: Any = None,
    input_dtype: str | None = None,
    input_data: Any = None,
    expected_output: Any = None,
    expected_output_dtype: str | None = None,
    fixed_batch_size: bool = False,
) -> np.ndarray:
    """Try a class of layers: its shapes, weights, config, in models of both kinds, and in training.

    Args:
        layer_cls: the class.
        kwargs: of its constructor.
        input_shape: batch first; `None` for sizes that may be any, of which some are tried.
        input_dtype: of random inputs; "float32" by default.
        input_data: inputs instead of random ones.
        expected_output: what comes out of them.
        expected_output_dtype: the dtype of it; that of the inputs by default.
        fixed_batch_size: whether the layer must know how many rows come.

    Returns:
        what a model of this layer predicts for the inputs.

    Raises:
        AssertionError: where the layer is not as it should be.
    """
    kwargs = dict(kwargs or {})
    data = _random(input_shape, input_dtype) if input_data is None else np.asarray(input_data)
    shape = tuple(data.shape if input_shape is None else input_shape)
    x = Input(batch_shape=shape if fixed_batch_size else (None, *shape[1:]), dtype=input_dtype or str(data.dtype))
    layer = layer_cls(**kwargs)
    layer.set_weights(layer.get_weights())
    y = layer(x)
    assert str(y.dtype) == (expected_output_dtype or str(x.dtype)), f"the output's dtype is {y.dtype}"
    _check_shape(layer.compute_output_shape(shape), y.shape)
    model = models.Model(x, y)
    output = model.predict(data, batch_size=len(data), verbose=0)
    _check_shape(y.shape, output.shape)
    if expected_output is not None:
        np.testing.assert_allclose(output, expected_output, rtol=1e-3)
    _same_again(models.Model.from_config(model.get_config()), model, data)
    stack = models.Sequential([x, layer_cls.from_config(layer.get_config())])
    _same_again(stack, model, data)
    _same_again(models.Sequential.from_config(stack.get_config()), model, data)
    if stack.trainable_weights:
        _train(stack, data, output)
    return output


def _train(stack: Any, data: np.ndarray, output: np.ndarray) -> None:
    stack.compile("rmsprop", "mse", weighted_metrics=["acc"])
    stack.train_on_batch(data, output)


def _random(shape: Any, dtype: str | None) -> np.ndarray:
    if not shape:
        raise ValueError("`layer_test` needs an `input_shape`, or `input_data`. Received: neither.")
    sizes = [np.random.randint(1, 4) if n is None else n for n in shape]
    values = 10 * np.random.random(sizes)
    return (values - 0.5 if dtype in (None, "float32") else values).astype(dtype or "float32")


def _check_shape(expected: Any, found: Any) -> None:
    fits = len(expected) == len(found) and all(
        None in pair or pair[0] == pair[1] for pair in zip(expected, found, strict=True)
    )
    assert fits, f"the output's shape must be {tuple(expected)}, and is {tuple(found)}"


def _same_again(model: Any, first: Any, data: np.ndarray) -> None:
    """The same weights must give the same."""
    model.set_weights(first.get_weights())
    found, expected = (one.predict(data, batch_size=len(data), verbose=0) for one in (model, first))
    if not any(getattr(layer, "seed_generator", None) for layer in model.layers):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
