"""What was called otherwise in Keras 1 and 2: tables, one file for each kind, that `core/renaming` reads.

arguments.py    arguments of constructors, functions and methods
values.py       what old values of arguments are now
attributes.py   attributes of objects
members.py      methods and properties that have no name today
names.py        classes and functions
modules.py      modules
results.py      numbers in logs
configs.py      what else is otherwise in the configs of files
tf_operations.py    TensorFlow's operations in files of tf.keras
keras1.py       arguments of Keras 1's layers, among those of arguments.py
"""
