"""A run as one command line, or as JSON, and back: to the same weights at the same epoch, to the bit."""
