"""Recurrent layers, their cells, and layers applied at every step."""
