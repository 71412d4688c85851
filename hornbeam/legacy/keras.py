"""What `import keras` gives beside Hornbeam's own names."""

__version__ = "3.15.1"  # whose API this is, for scripts that ask
