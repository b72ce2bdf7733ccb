"""Sessions: the state of a run, its past, and the commands that change it."""
