"""Every object once: a public class that the table lacks, or a row without a class, is found here."""

import pytest
from table import FAMILIES, LAYERS, public_classes


@pytest.mark.parametrize("family", FAMILIES)
def test_every_public_class_has_a_row(family):
    module, rows = FAMILIES[family]
    names = set(LAYERS) if family == "layers" else set(rows)
    missing, unknown = public_classes(module) - names, names - public_classes(module)
    assert not missing, f"add rows to tests/conformance/table.py for {sorted(missing)}"
    assert not unknown, f"no such public classes: {sorted(unknown)}"
