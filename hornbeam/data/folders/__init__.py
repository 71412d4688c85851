"""Files in folders as datasets: images, texts and sounds, with labels by the folders' names."""
