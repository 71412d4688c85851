"""What training minimises and what it reports: losses and metrics, matched to the outputs."""
