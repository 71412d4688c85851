"""Layers that act in training only, against overfitting."""
