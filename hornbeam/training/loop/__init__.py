"""Epochs, batches, callbacks and display around programs."""
