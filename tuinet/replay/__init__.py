"""Recordings: a run as a small file, and its moments shown again without training."""
