"""Layers around code that is written for an engine itself."""
