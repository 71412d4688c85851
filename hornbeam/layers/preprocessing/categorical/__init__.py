"""Categories as numbers: looked up in a vocabulary, or hashed."""
