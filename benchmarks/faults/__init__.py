"""What `benchmarks/doctor.py` runs: data, healthy setups, faults and repairs."""
