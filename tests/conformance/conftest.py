"""The tests of this folder share `table` (what there is) and `build` (one built instance per layer and engine)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
