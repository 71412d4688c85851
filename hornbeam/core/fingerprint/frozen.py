"""Values that cannot change: an exact token for each."""

from __future__ import annotations

import datetime
import decimal
import fractions
import re
import types
from collections.abc import Callable, Hashable
from typing import Any

# What is compared as it is, beside its class.
ATOMS = frozenset([type(None), bool, int, str, bytes, type(...), type(NotImplemented), types.CodeType])
# Values that cannot change, each as something exact: 0.0 is not -0.0, and a decimal 2 is not 2.0.
FROZEN: dict[type, Callable[[Any], Hashable]] = {
    float: lambda x: x if x and x == x else repr(x),
    complex: repr,
    range: repr,
    decimal.Decimal: lambda x: x.as_tuple(),
    fractions.Fraction: lambda x: (x.numerator, x.denominator),
    datetime.date: repr,
    datetime.timedelta: repr,
    re.Pattern: lambda x: (x.pattern, x.flags),
    types.GenericAlias: repr,
    types.UnionType: repr,
}
