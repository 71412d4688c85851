"""Layers that move or repeat values and compute nothing."""
