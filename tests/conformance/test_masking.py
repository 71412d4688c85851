"""What a masked step may change, and where the mask goes."""

import numpy as np
import pytest
from build import arrays, instance, run
from layer_table import LAYERS

from hornbeam import engine as engines
from hornbeam.core import masking

MASK = np.array([[True, True, False, False], [True, True, True, True], [True, False, False, False]])


def masked(name, engine, values):
    """The outputs for steps that are `values` where the mask is false, and the mask of the first output."""
    x = arrays(name)[0]
    steps = MASK[:, : x.shape[1]] if x.shape[1] <= 4 else np.pad(MASK, ((0, 0), (0, x.shape[1] - 4)), mode="edge")
    x = np.where(steps.reshape(*steps.shape, *(1,) * (x.ndim - 2)), x, values).astype(x.dtype)
    tensor = engines.asarray(x)
    masking.set_mask(tensor, engines.asarray(steps))
    outputs = LAYERS[name].call(instance(name, engine), tensor)
    first = outputs[0] if isinstance(outputs, list | tuple) else outputs
    mask = masking.get_mask(first)
    return [engines.to_numpy(y) for y in (outputs if isinstance(outputs, list | tuple) else [outputs])], steps, mask


@pytest.mark.parametrize("name", [name for name, row in LAYERS.items() if row.masking == "steps"])
def test_what_a_masked_step_holds_makes_no_difference(name, engine):
    found, _, _ = masked(name, engine, values=7.0)
    expected, _, _ = masked(name, engine, values=0.0)
    unmasked = run(name, instance(name, engine), *arrays(name))
    for a, b, c in zip(found, expected, unmasked, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(a[1], c[1], rtol=1e-5, atol=1e-6)  # its row has no masked step
        assert not np.allclose(a[2], c[2])


@pytest.mark.parametrize(
    "name", [name for name, row in LAYERS.items() if row.masking == "passed" and row.inputs[0].ndim > 2]
)
def test_the_mask_goes_on_and_touches_no_real_step(name, on_torch):
    found, steps, mask = masked(name, on_torch, values=7.0)
    expected, _, _ = masked(name, on_torch, values=0.0)
    np.testing.assert_array_equal(engines.to_numpy(mask), steps)
    for a, b in zip(found, expected, strict=True):
        if a.ndim > 2 and name != "LayerNormalization":  # which normalizes over the steps here
            np.testing.assert_allclose(a[steps], b[steps], rtol=1e-5, atol=1e-6)


def test_masks_are_made(on_torch):
    words = np.array([[3, 1, 0, 0], [0, 2, 2, 0]])
    mask = masking.get_mask(instance("Embedding", on_torch)(words))
    np.testing.assert_array_equal(engines.to_numpy(mask), words != 0)
    steps = np.array([[[0.5, 0.5], [0.5, 1.0]]], "float32")
    outputs = instance("Masking", on_torch)(steps)
    np.testing.assert_array_equal(engines.to_numpy(masking.get_mask(outputs)), [[False, True]])
    np.testing.assert_array_equal(engines.to_numpy(outputs), [[[0, 0], [0.5, 1.0]]])
