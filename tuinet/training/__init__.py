"""Sessions: the state of a run, the commands that change it and the snapshots that show it."""
