"""Which variables weight decay leaves alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hornbeam.core.variable import Variable


class Undecayed:
    """The variables that are listed, and those whose names match one of some regular expressions."""

    def __init__(self, variables: Iterable[Variable] | None = None, names: Sequence[str] | None = None):
        self.variables = set(variables or ())
        self.names = re.compile("|".join(names)) if names else None

    def __contains__(self, variable: Variable) -> bool:
        return variable in self.variables or (self.names is not None and self.names.search(variable.name) is not None)
