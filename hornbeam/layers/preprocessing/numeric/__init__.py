"""Numbers prepared on the device: scaled, put into bins, encoded."""
