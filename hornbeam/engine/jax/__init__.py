"""The JAX engine: the primitives of `protocol.py`, by what they are about."""

from hornbeam.engine.jax import cache
from hornbeam.engine.jax.arithmetic import *
from hornbeam.engine.jax.arrays import *
from hornbeam.engine.jax.bridge import *
from hornbeam.engine.jax.compiling import *
from hornbeam.engine.jax.control import *
from hornbeam.engine.jax.convolution import *
from hornbeam.engine.jax.crossentropy import *
from hornbeam.engine.jax.extremes import *
from hornbeam.engine.jax.fused import *
from hornbeam.engine.jax.linear import *
from hornbeam.engine.jax.nn import *
from hornbeam.engine.jax.placement import *
from hornbeam.engine.jax.random import *
from hornbeam.engine.jax.recurrent import *
from hornbeam.engine.jax.shaping import *

name = "jax"

cache.configure()
