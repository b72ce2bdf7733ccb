"""Datasets, and the order in which their samples are dealt out.

What cannot be used is refused with a `DataError`: one line that names the field, or the file and the place in it, and
says what would be right.
"""
