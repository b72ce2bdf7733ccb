"""Colours: themes, where they come from, and what becomes of them on a terminal with fewer."""
