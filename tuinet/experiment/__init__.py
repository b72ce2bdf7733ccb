"""The Experiment: what it consists of, how its fields are read, shown and changed, and where they start from."""
