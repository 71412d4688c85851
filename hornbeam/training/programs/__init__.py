"""Compiled steps: what they work on, how they are run, and which models share them."""
