"""Datasets, and the order in which their samples are dealt out."""
