"""`SharedVariable`: a variable whose value is that of a tensor which others have, too."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core.tensor_metadata import MetadataTable
from hornbeam.core.variable import Variable

#: The variables that tensors hold the values of. What is made of such a tensor is another one.
held_for: MetadataTable[Variable] = MetadataTable(carried=lambda *_: None)


class SharedVariable(Variable):
    """A variable that keeps its value in a parameter or buffer of the engine's own library.

    Args:
        tensor: the parameter or buffer.
        dtype: its dtype.
        trainable: whether optimizers may move it.
        name: for messages and files.
    """

    def __init__(self, tensor: Any, dtype: str, trainable: bool, name: str):
        self.tensor = tensor
        super().__init__(engine.tensor_value(tensor), dtype=dtype, trainable=trainable, autocast=False, name=name)

    @property
    def _value(self) -> Any:
        return engine.tensor_value(self.tensor)

    @_value.setter
    def _value(self, value: Any) -> None:
        engine.hold_in_tensor(self.tensor, value)
        held_for.remember(self.tensor, self)
