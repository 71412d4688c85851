"""The PyTorch engine: the primitives of `protocol.py`, by what they are about."""

from hornbeam.engine.torch.arithmetic import *
from hornbeam.engine.torch.arrays import *
from hornbeam.engine.torch.augmented import replace_conversions, replace_operators
from hornbeam.engine.torch.bridge import *
from hornbeam.engine.torch.compiling import *
from hornbeam.engine.torch.control import *
from hornbeam.engine.torch.fused import *
from hornbeam.engine.torch.linear import *
from hornbeam.engine.torch.nn import *
from hornbeam.engine.torch.placement import *
from hornbeam.engine.torch.random import *
from hornbeam.engine.torch.recurrent import *
from hornbeam.engine.torch.shapes import *
from hornbeam.engine.torch.shaping import *
from hornbeam.engine.torch.transforms import *

name = "torch"
replace_operators()
replace_conversions()
