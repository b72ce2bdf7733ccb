"""The Experiment: what it consists of, how its fields are read, shown and changed, and where they start from.

A value that cannot be used is refused with an `ExperimentError` that names the field; a dataset that does not exist,
with a `DataError`.
"""
