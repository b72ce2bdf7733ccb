"""What must be told apart stays apart for those whose eyes lack a kind of cone."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tests.tui.style.vision import DEFICIENCIES, seen
from tuinet.tui.style.colour import contrast, distance
from tuinet.tui.style.theme import Theme, load_theme

THEMES = [load_theme(path) for path in sorted((Path(__file__).parents[3] / "themes").glob("*.toml"))]
COLOURED = [theme for theme in THEMES if not theme.is_ansi and not theme.is_grey]
SAFE = next(theme for theme in THEMES if theme.name == "colour-safe")

FAR = 0.2
"""In OKLab, where black and white are 1 apart: nobody takes two such colours for one another."""
CLEAR = 0.09
"""Seen at a second glance; a difference of 0.02 can just be noticed."""


def pairs(theme: Theme) -> dict[str, tuple[str, str]]:
    return {
        "ends of the map": (theme.levels[0], theme.levels[-1]),
        "positive and negative": (theme.positive, theme.negative),
        "training and test": (theme.curve, theme.test_curve),
        "right and wrong": (theme.curve, theme.warning),
    }


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
class TestEyes:
    def test_nothing_is_mixed_up_in_the_safe_theme(self, deficiency: str) -> None:
        for name, (one, other) in pairs(SAFE).items():
            assert distance(seen(one, deficiency), seen(other, deficiency)) >= FAR, name

    def test_classes_of_the_safe_theme(self, deficiency: str) -> None:
        for count, least in ((4, FAR), (6, 0.15), (10, 0.1)):
            for one, other in combinations(SAFE.classes[:count], 2):
                assert distance(seen(one, deficiency), seen(other, deficiency)) >= least, (one, other)

    def test_both_halves_of_the_safe_map_leave_its_middle(self, deficiency: str) -> None:
        low, middle, high = (seen(colour, deficiency) for colour in (SAFE.levels[0], SAFE.neutral, SAFE.levels[-1]))
        assert min(distance(low, middle), distance(middle, high)) >= 0.15

    def test_text_of_the_safe_theme_can_be_read(self, deficiency: str) -> None:
        ground = seen(SAFE.background, deficiency)
        for colour in (SAFE.curve, SAFE.test_curve, SAFE.warning, SAFE.accent, SAFE.positive, SAFE.negative):
            assert contrast(seen(colour, deficiency), ground) >= 4.5

    @pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
    def test_other_themes_are_not_hopeless(self, theme: Theme, deficiency: str) -> None:
        for name, (one, other) in pairs(theme).items():
            assert distance(seen(one, deficiency), seen(other, deficiency)) >= CLEAR, name


def test_the_simulation_leaves_greys_alone_and_takes_red_and_green_together() -> None:
    for deficiency in DEFICIENCIES:
        assert distance(seen("#808080", deficiency), "#808080") < 0.01
        assert seen("#000000", deficiency) == "#000000"
    red, green = "#b06030", "#708030"
    assert distance(red, green) > 2 * distance(seen(red, "deuteranopia"), seen(green, "deuteranopia"))
