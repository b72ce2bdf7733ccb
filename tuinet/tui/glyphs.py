"""Glyphs of samples: the shape says the class, the size the set, and a letter that the network gets it wrong."""

from __future__ import annotations

from typing import Final

from tuinet.tui.cells import POINT_GLYPHS

TEST_GLYPHS: Final = "•◦✦✧▪▫▴▵▾▿"
"""The glyphs of training samples, smaller, in the same order."""
WRONG_GLYPHS: Final = "ABCDEFGHIJ"
"""Training samples that are taken for another class: a letter for each class that they belong to."""
WRONG_TEST_GLYPHS: Final = "abcdefghij"


def sample_glyph(label: int, *, is_test: bool = False, is_wrong: bool = False) -> str:
    """How a sample of a class is drawn; after ten classes the glyphs begin again."""
    right, wrong = (TEST_GLYPHS, WRONG_TEST_GLYPHS) if is_test else (POINT_GLYPHS, WRONG_GLYPHS)
    glyphs = wrong if is_wrong else right
    return glyphs[label % len(glyphs)]
