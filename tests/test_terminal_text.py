"""Texts for the terminal are cut where a reader expects it."""

from __future__ import annotations

import pytest

from tuinet.terminal_text import cells_of, shortened


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("AND and OR, set by hand.", 24, "AND and OR, set by hand."),
        ("AND and OR, set by hand.", 23, "AND and OR, set by…"),
        ("AND and OR, set by hand.", 14, "AND and OR…"),
        ("Pneumonoultra", 6, "Pneum…"),
        ("花花 花花花", 9, "花花…"),
        ("花花花花", 6, "花花…"),
    ],
)
def test_a_line_is_cut_behind_a_whole_word_and_says_so(text: str, width: int, cut: str) -> None:
    assert shortened(text, width) == cut
    assert cells_of(cut) <= width
