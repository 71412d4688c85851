"""Every object once: a public class that the table lacks, or a row without a class, is found here."""

from collections import Counter

import pytest
from layer_table import LAYERS
from table import FAMILIES, public_classes

from hornbeam import layers


@pytest.mark.parametrize("family", FAMILIES)
def test_every_public_class_has_a_row(family):
    module, rows = FAMILIES[family]
    names = {row.partition(" ")[0] for row in (LAYERS if family == "layers" else rows)}
    missing, unknown = public_classes(module) - names, names - public_classes(module)
    assert not missing, f"add rows to tests/conformance/table.py for {sorted(missing)}"
    assert not unknown, f"no such public classes: {sorted(unknown)}"


# One alone is the case in which what differs goes unseen: sizes that are equal, a default that is left out.
def test_every_layer_has_three_rows():
    rows = Counter(row.partition(" ")[0] for row in LAYERS)
    few = sorted(name for name, count in rows.items() if count < 3)
    assert not few, f"add rows that differ in what matters, three at least, for {few}"


@pytest.mark.parametrize("name", LAYERS)
def test_a_row_is_named_after_its_class(name):
    assert type(LAYERS[name].make(layers)).__name__ == name.partition(" ")[0]
    assert name.partition(" ")[0] in LAYERS
