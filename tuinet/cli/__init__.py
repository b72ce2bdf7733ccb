"""The command line: options become an Experiment; the Experiment becomes a dashboard, or lines of text."""
