"""The fault matrix: real processes under steady mixed traffic, one fault after another, and nothing may be lost.

`make chaos` runs all of `matrix.py` and prints one table; `make soak` runs faults of it at random for a long time.
"""
