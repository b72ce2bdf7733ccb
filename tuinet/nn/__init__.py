"""The engine: a training step as NumPy calls, and nothing else."""
