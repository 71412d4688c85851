"""Training: what `compile` resolves, what gets compiled, and the loop around it."""
