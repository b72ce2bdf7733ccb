"""Comparing Experiments: a grid of them, run in parallel, and what came of each cell over its seeds."""
