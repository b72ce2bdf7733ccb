"""Exercises: the arithmetic of a training step with blanks, what students answer, and which mistake it shows."""
