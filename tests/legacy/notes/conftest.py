"""The files of blocks import `keras`, which means Hornbeam only under `run`: pytest leaves them to `test_notes.py`."""

collect_ignore = ["blocks", "run_blocks.py"]
