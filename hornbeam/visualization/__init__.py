"""Pictures of images with boxes, masks and labels. Needs `pillow` to draw boxes and `matplotlib` for galleries."""

from hornbeam.visualization.box_gallery import plot_bounding_box_gallery
from hornbeam.visualization.boxes import draw_bounding_boxes
from hornbeam.visualization.gallery import plot_image_gallery
from hornbeam.visualization.mask_gallery import plot_segmentation_mask_gallery
from hornbeam.visualization.masks import draw_segmentation_masks

__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]
