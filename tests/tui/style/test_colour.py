from __future__ import annotations

import numpy as np
import pytest

from tuinet.tui.draw.text import ink
from tuinet.tui.style.colour import (
    LAB_TO_LMS,
    LMS_TO_LAB,
    LMS_TO_RGB,
    NOMINAL,
    RGB_TO_LMS,
    Ramp,
    Shade,
    as_hex,
    contrast,
    is_ansi,
    luminance,
    mix,
    ramp,
    readable_on,
    readable_on_all,
    rgb,
    shades_of,
    text_ramp,
)
from tuinet.tui.style.theme import find_theme

PALETTES = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff",
    "putty": "000000 bb0000 00bb00 bbbb00 0000bb bb00bb 00bbbb bbbbbb 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff",
    "tango": "000000 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 739fcf ad7fa8 34e2e2",
    "wt": "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6",
}
"""What users have, up to bright cyan; bright white is white or nearly."""


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", ["ansi", "ansi-light"])
def test_text_can_be_read_in_the_palettes_that_users_have(name: str, palette: str) -> None:
    theme, known = find_theme(name), dict(zip(NOMINAL, PALETTES[palette].split(), strict=False))
    ground = f"#{known['black']}" if theme.dark else "#eeeeee"
    for colour in [theme.curve, theme.test_curve, theme.warning, theme.accent, theme.positive, theme.negative]:
        assert contrast(f"#{known[colour]}", ground) >= 3, colour


@pytest.mark.parametrize(
    ("one", "other", "share", "mixed"),
    [
        ("green", "black", 0.0, "green"),
        ("green", "black", 0.4, "bright_black"),
        ("bright_green", "default", 0.4, "green"),
        ("bright_green", "default", 1.0, "default"),
        ("white", "bright_yellow", 0.25, "white"),
        ("white", "bright_yellow", 0.75, "bright_yellow"),
        ("black", "bright_white", 0.5, "white"),
        ("bright_white", "black", 0.34, "white"),
        ("blue", "yellow", 0.5, "bright_black"),
        ("blue", "blue", 0.5, "blue"),
        ("red", "bright_red", 0.5, "bright_red"),
        ("white", "red", 0.5, "red"),
    ],
)
def test_mixing_names_picks_a_step_between_them(one: str, other: str, share: float, mixed: str) -> None:
    assert mix(one, other, share) == mixed


@pytest.mark.parametrize(
    ("one", "other", "share", "mixed"),
    [
        ("0%", "100%", 0.4, "40%"),
        ("100%", "0%", 0.4, "60%"),
        ("50%", "50%", 0.3, "50%"),
        ("0%", "#ffffff", 0, "#000000"),
    ],
)
def test_mixing_ink(one: str, other: str, share: float, mixed: str) -> None:
    assert mix(one, other, share) == mixed


def test_a_ramp_of_names_is_dithered() -> None:
    levels = ramp(("blue", "bright_black", "bright_yellow"), 9)
    assert "".join(shade.glyph for shade in levels.shades) == " ░▒▓█░▒▓█"
    assert levels.shades[1] == Shade("░", "bright_black", "blue")
    assert levels.shades[4] == Shade("█", "bright_black", "black")
    assert levels == ("blue", "blue", *["bright_black"] * 4, *["bright_yellow"] * 3)
    grounds = {shade.ground for shade in ramp(("blue", "white", "bright_yellow"), 9).shades}
    assert grounds <= {"blue", "white", "black"}, "not every terminal has bright grounds"


def test_a_part_of_a_ramp_keeps_its_shades() -> None:
    levels = ramp(("blue", "white"), 5)
    assert levels.part(1, 3).shades == levels.shades[1:3]
    assert levels[0] == "blue"
    assert shades_of(levels) == levels.shades
    assert shades_of(("#000000", "#ffffff")) == ()
    assert shades_of(["blue", "bright_red"]) == ()
    assert ramp(("#000000", "#ffffff"), 3).shades == ()


def test_text_ramps_have_colours_of_text() -> None:
    assert text_ramp(("white", "bright_cyan"), 5) == ("white", "white", *["bright_cyan"] * 3)


def test_what_they_usually_look_like() -> None:
    assert is_ansi("bright_red")
    assert is_ansi("default")
    assert not is_ansi("#ff0000")
    assert rgb("yellow") == (0xAA, 0x55, 0)
    assert (rgb("40%"), as_hex("40%")) == ((102, 102, 102), "#666666")
    assert luminance("bright_white") == 1
    assert (readable_on("bright_yellow"), readable_on("blue"), readable_on("default")) == (
        "black",
        "bright_white",
        "default",
    )
    assert (readable_on("90%"), readable_on("10%")) == ("0%", "100%")
    assert readable_on_all(Ramp(["blue", "bright_yellow"])) is None


def test_ink_sends_names_and_nothing_else() -> None:
    style = ink("bright_blue", "default")
    assert style.color is not None
    assert style.bgcolor is not None
    assert (style.color.number, style.color.triplet, style.bgcolor.is_default) == (12, None, True)
    inverse = ink("default", "cyan")
    assert inverse.color is not None
    assert inverse.color.number == 0, "the terminal's background is not known: black can be read on cyan"


@pytest.mark.parametrize(("there", "back"), [(RGB_TO_LMS, LMS_TO_RGB), (LMS_TO_LAB, LAB_TO_LMS)])
def test_the_matrices_that_lead_back_are_the_inverse_ones(
    there: np.ndarray[tuple[int, ...], np.dtype[np.float64]], back: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    np.testing.assert_allclose(back @ there, np.eye(3), rtol=0, atol=1e-9)
