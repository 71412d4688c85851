"""Layers that prepare data: categories and text, on the host."""
