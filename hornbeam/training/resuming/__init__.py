"""Runs that are written down as they go, and gone on with in another process."""
