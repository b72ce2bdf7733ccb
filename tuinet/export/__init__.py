"""A run as a script of its own, as data, and as numbers in tables."""
