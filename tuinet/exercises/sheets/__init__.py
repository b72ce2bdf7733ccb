"""Worksheets: their pages in several formats, and marks of the answers."""
