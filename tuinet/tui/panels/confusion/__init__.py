"""Confusion and predictions."""
