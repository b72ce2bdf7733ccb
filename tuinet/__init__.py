"""tuinet: a neural-network laboratory that lives in a terminal."""

__version__ = "0.1.0"
