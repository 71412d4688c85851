"""Recurrent layers over whole sequences, with derivatives that do at once what needs no carried state.

JAX's derivative of a loop adds the gradient of the recurrent weights up step by step and keeps what each step kept. The
kernels here are given their tangents instead: a loop that is linear in them, whose coefficients, and the part of the
recurrent weights, are computed for all times beforehand. Transposed, it is a backward pass that carries only dh (and
dc), with the gradient of the weights as one product over all times.
`benchmarks/questions/recurrent_layers.py` measures them.

On a CPU, a tanh of slices of what a loop takes from its inputs is computed one number at a time, and the forward pass
takes two to three times as long (jax 0.10.2). So a GRU's gates are split before the loop, and an LSTM's after the tanh.
"""

from hornbeam.engine.jax.recurrent.gru import gru, gru_reset_before
from hornbeam.engine.jax.recurrent.lstm import lstm
from hornbeam.engine.jax.recurrent.simple_rnn import simple_rnn

__all__ = ["gru", "gru_reset_before", "lstm", "simple_rnn"]
