"""The masks that come with the inputs of a call and go with its outputs."""

from __future__ import annotations

from typing import Any

from hornbeam.core import masking, tree


def masks_of(value: Any) -> Any:
    """The mask of a tensor, or the masks of several in their structure, if any has one."""
    if tree.is_nested(value):
        masks = tree.map(masking.get_mask, value)
        return masks if any(mask is not None for mask in tree.leaves(masks)) else None
    return masking.get_mask(value)


def mask_after(layer: Any, inputs: Any, masks: Any) -> Any:
    """The mask of what `layer` gives for inputs with these masks; `None` where it neither makes nor supports any."""
    is_meant = (masks is not None and layer.supports_masking) or not passes_masks_on(layer)
    return layer.compute_mask(inputs, masks) if is_meant else None


def passes_masks_on(layer: Any) -> bool:
    """Whether the mask of what a layer gives is that of its input, or none: its class says nothing else."""
    return bool(type(layer).compute_mask.__module__ == "hornbeam.layers.base.layer")


def set_masks(outputs: Any, mask: Any) -> None:
    """Let the outputs of a call have `mask`, or those of a list of masks, one by one; a single output has the first."""
    if mask is None:
        return
    for output, one in zip(tree.leaves(outputs), tree.leaves(mask), strict=False):
        masking.set_mask(output, one)
