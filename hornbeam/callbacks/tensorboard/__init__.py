"""`TensorBoard`: event files that TensorBoard shows, written without TensorFlow.

tensorboard.py   the callback
event_file.py    the format: records with checksums, of messages
messages.py      the messages: numbers, histograms, images
graph.py         a model, as boxes
png.py           images as PNG
summary.py       what a user adds
projector.py     vectors of embeddings, for the projector
"""
