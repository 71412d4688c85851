"""Old spellings, translated by the tables in `core/old_names` where one is met; what is spelled anew passes untouched.

arguments.py    of constructors, methods and functions; `Configurable` installs it in every class that has old names
members.py      methods and properties that are gone
names.py        of classes, functions and modules
notice.py       what is said about an old spelling, once
results.py      of numbers in logs
"""
