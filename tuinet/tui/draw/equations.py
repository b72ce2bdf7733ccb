"""The colours of equations, wherever they are written out."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style

from tuinet.explain.explanation import Role
from tuinet.tui.style.theme import Theme


def role_styles(theme: Theme) -> Mapping[Role, Style]:
    """Colours of the parts of an equation: symbols as axes have them, numbers plain, results as what is active."""
    return {
        "title": theme.inks.heading,
        "label": theme.inks.heading,
        "left": theme.inks.curve,
        "sign": theme.inks.axis,
        "symbols": theme.inks.axis,
        "numbers": theme.inks.text,
        "result": theme.inks.key,
        "remark": theme.inks.axis,
    }


def text_width(width: int) -> int:
    """Cells of a row of text within a frame."""
    return max(width - 2 * MARGIN, 20)


MARGIN = 1
"""Cells on both sides of a text within a frame."""
