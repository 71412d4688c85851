"""Layers that prepare and vary images, a batch at a time, on the device."""
