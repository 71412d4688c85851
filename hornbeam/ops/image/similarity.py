"""How alike two images look."""

from __future__ import annotations

from hornbeam import engine
from hornbeam.core.brief import shown_shape
from hornbeam.ops.dispatch import Array, floating, op
from hornbeam.ops.image.axes import as_batch, check_rank, spatial_axes
from hornbeam.ops.image.filters import filtered, gaussian
from hornbeam.ops.math import mean


@op
def ssim(
    image1: Array,
    image2: Array,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Array:
    """The structural similarity of images: 1 for equal ones.

    `(2 μ₁μ₂ + c₁)(2 σ₁₂ + c₂) / ((μ₁² + μ₂² + c₁)(σ₁² + σ₂² + c₂))`, with moments over Gaussian windows, averaged.

    Source: Wang et al., "Image quality assessment: from error visibility to structural similarity" (2004).

    Args:
        image1: shape (height, width, channels), or a batch of them; or with channels first.
        image2: of the same shape.
        max_val: the difference of the largest and the smallest possible value.
        filter_size: of the window.
        filter_sigma: its standard deviation.
        k1: `c₁ = (k1 max_val)²`.
        k2: `c₂ = (k2 max_val)²`.
        data_format: "channels_last" or "channels_first"; the global setting by default.
    """
    check_rank(image1, "image1")
    axes = spatial_axes(data_format)
    if image1.shape != image2.shape or min(image1.shape[a] for a in axes) < filter_size:
        raise ValueError(
            f"`image1` and `image2` must have one shape, and at least {filter_size} rows and columns (`filter_size`). "
            f"Received: shapes {shown_shape(image1.shape)} and {shown_shape(image2.shape)}."
        )
    dtype = engine.dtype_name(floating(image1))
    x1, x2 = (engine.cast(as_batch(image), "float32") for image in (image1, image2))
    window = gaussian(filter_size, filter_sigma)

    def local_mean(x: Array) -> Array:
        return filtered(filtered(x, axes[0], window, filter_size), axes[1], window, filter_size)

    m1, m2 = local_mean(x1), local_mean(x2)
    v1, v2 = local_mean(x1 * x1) - m1 * m1, local_mean(x2 * x2) - m2 * m2
    covariance = local_mean(x1 * x2) - m1 * m2
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    alike = (2 * m1 * m2 + c1) * (2 * covariance + c2) / ((m1 * m1 + m2 * m2 + c1) * (v1 + v2 + c2))
    found = engine.cast(mean(alike, (1, 2, 3)), dtype)
    return found if len(image1.shape) == 4 else found[0]
