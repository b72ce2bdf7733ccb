"""Rows as they are sent to poor terminals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from tests.factories import make_history, make_metrics, make_snapshot
from tuinet.tui.draw.cells import Mark, half_blocks
from tuinet.tui.draw.curves import loss_chart
from tuinet.tui.draw.legends import ramp_pieces
from tuinet.tui.draw.text import ink, row
from tuinet.tui.panels.loss import loss_series
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import CLASS_LEVELS, Theme, load_theme
from tuinet.tui.terminal.detect import Colours, Glyphs, Terminal
from tuinet.tui.terminal.filter import TerminalFilter

THEMES = Path(__file__).parents[3] / "themes"
BLACK = Color.parse("#000000")


def on(colours: Colours, glyphs: Glyphs = "unicode", name: str = "dark") -> tuple[Theme, TerminalFilter]:
    terminal = Terminal(colours, glyphs)
    theme = adapted(load_theme(THEMES / f"{name}.toml"), terminal)
    return theme, TerminalFilter(terminal, theme)


def sent(strip: Strip, known: TerminalFilter) -> Strip:
    return strip.apply_filter(known, BLACK)


def rows(strips: list[Strip], known: TerminalFilter) -> list[str]:
    return [sent(strip, known).text for strip in strips]


def styles(strip: Strip, known: TerminalFilter) -> list[Style]:
    return [segment.style or Style() for segment in sent(strip, known)]


def ramp_map(theme: Theme, marks: dict[tuple[int, int], Mark] | None = None) -> list[Strip]:
    """All levels from left to right, in one row of cells."""
    levels = np.arange(len(theme.levels))
    return half_blocks(np.array([levels, levels]), theme.levels, marks or {})


@pytest.mark.parametrize(
    ("colours", "glyphs", "drawn"),
    [
        ("truecolor", "unicode", " " * 15),
        ("256", "unicode", " " * 15),
        ("16", "unicode", " ░░▒▒▓▓█░░▒▒▓▓█"),
        ("none", "unicode", "   ··░░▒▒▒▓▓███"),
        ("truecolor", "ascii", " " * 15),
        ("16", "ascii", " ::++%%#::++%%#"),
        ("none", "ascii", "  .::-=++*##%@@"),
        ("none", "console", "   ··░░▒▒▒▓▓███"),
    ],
)
def test_a_map(colours: Colours, glyphs: Glyphs, drawn: str) -> None:
    theme, known = on(colours, glyphs)
    assert len(rows(ramp_map(theme), known)[0]) == 15
    assert rows(ramp_map(theme), known) == [drawn]


def test_two_pixels_in_a_cell() -> None:
    levels = np.array([[0, 14, 14, 0, 7], [14, 0, 14, 0, 14]])
    for colours, glyphs, drawn in (
        ("truecolor", "unicode", "▀▀  ▀"),
        ("truecolor", "ascii", "     "),
        ("none", "unicode", "▄▀█ ▓"),
        ("none", "ascii", "++@ #"),
    ):
        theme, known = on(colours, glyphs)  # type: ignore[arg-type]
        assert rows(half_blocks(levels, theme.levels, {}), known) == [drawn]


def test_of_two_pixels_ascii_shows_the_lower_one() -> None:
    theme, known = on("truecolor", "ascii")
    (strip,) = half_blocks(np.array([[0], [14]]), theme.levels, {})
    (style,) = styles(strip, known)
    assert style.bgcolor is not None
    assert style.bgcolor.name == theme.levels[14]


def test_points_stand_out_from_every_density() -> None:
    theme, known = on("none")
    marks = {(0, column): Mark("●") for column in range(15)}
    drawn = sent(ramp_map(theme, marks)[0], known)
    assert drawn.text == "●" * 15
    reverse = [bool((segment.style or Style()).reverse) for segment in drawn for _ in segment.text]
    assert reverse == [False] * 2 + [True] * 13, "where there is no ink around it, none is needed"
    assert all((segment.style or Style()).bold for segment in drawn)


def test_points_have_a_ground_of_one_of_16_colours() -> None:
    theme, known = on("16")
    for style in styles(ramp_map(theme, {(0, column): Mark("○") for column in range(15)})[0], known):
        assert style.color is not None
        assert style.bgcolor is not None
        assert (style.color.name, style.bgcolor.name) in {
            ("bright_white", "blue"),
            ("bright_white", "bright_black"),
            ("black", "bright_yellow"),
        }


@pytest.mark.parametrize("name", ["dark", "mono"])
def test_classes_without_colours_have_ever_more_of_their_glyph(name: str) -> None:
    theme, known = on("none" if name == "dark" else "truecolor", name=name)
    for label, glyph in enumerate("●○◆"):
        shares = []
        for level in range(CLASS_LEVELS):
            levels = np.full((16, 16), label * CLASS_LEVELS + level)
            text = "".join(rows(half_blocks(levels, theme.class_levels(3), {}), known))
            assert set(text) <= {glyph, " "}
            shares.append(text.count(glyph) / len(text))
        assert shares == pytest.approx([0, 0.15, 0.3, 0.45, 0.6, 0.75], abs=0.05)


def test_classes_in_16_colours_are_dithered() -> None:
    theme, known = on("16")
    levels = np.arange(12).repeat(1)
    assert rows(half_blocks(np.array([levels, levels]), theme.class_levels(2), {}), known) == ["█▓▒▒░ █░▒▒▓█"]


@pytest.mark.parametrize(
    ("colours", "glyphs", "drawn"),
    [("truecolor", "unicode", "▌" * 8), ("16", "unicode", " ░▒▓░▒▓█"), ("none", "ascii", " .-=*#%@")],
)
def test_the_legend_is_drawn_as_the_map_is(colours: Colours, glyphs: Glyphs, drawn: str) -> None:
    theme, known = on(colours, glyphs)
    assert sent(row(ramp_pieces(theme.levels), 8, Style()), known).text == drawn


def curves(colours: Colours, glyphs: Glyphs, width: int, height: int) -> list[str]:
    theme, known = on(colours, glyphs)
    history = make_history(40, 100.0)
    snapshot = make_snapshot(
        history=type(history)(history.epochs, history.losses, history.losses + 0.25), test_metrics=make_metrics()
    )
    axes = ink(theme.axis, theme.background)
    return rows(loss_chart(loss_series(snapshot, theme), width, height, False, axes), known)


def test_curves_differ_by_marker_where_colours_do_not_suffice() -> None:
    assert "x" not in "".join(curves("truecolor", "unicode", 40, 9))
    for colours in ("16", "none"):
        drawn = "".join(curves(colours, "unicode", 40, 9))
        assert drawn.count("x") >= 8
        assert any("⠀" < character <= "⣿" for character in drawn)


@pytest.mark.parametrize("colours", ["16", "none"])
def test_a_test_curve_is_seen_where_the_other_one_is_the_same(colours: Colours) -> None:
    theme, known = on(colours)
    history = make_history(40, 100.0)
    same = type(history)(history.epochs, history.losses, history.losses)
    series = loss_series(make_snapshot(history=same, test_metrics=make_metrics()), theme)
    drawn = "".join(rows(loss_chart(series, 40, 9, False, ink(theme.axis, theme.background)), known))
    assert drawn.count("x") >= 10


def test_a_chart_in_ascii() -> None:
    assert curves("none", "ascii", 36, 8) == [
        "  1+x x  x  x  x x                  ",
        "   |__               x x  x  x  x  x",
        "   |  ''''''''--------------________",
        "0.5+                                ",
        "   |                                ",
        "   |                                ",
        "  0++--------------+---------------+",
        "    0             50             100",
    ]


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
def test_no_colours_are_no_colours(glyphs: Glyphs) -> None:
    theme, known = on("none", glyphs)
    pieces = [("+1.2", ink(theme.positive, theme.background)), ("paused", ink(theme.warning, theme.background, True))]
    for style in styles(row(pieces, 20, ink(None, theme.background)), known):
        assert style.color is None
        assert style.bgcolor is None
    foreign = Strip.blank(4, Style(color="red", bgcolor="#336699", underline=True))
    assert styles(foreign, known)[0].color is None


def test_without_colours_what_is_chosen_is_in_reverse_and_what_is_old_is_dim() -> None:
    theme, known = on("none")
    pieces = [
        ("chosen", ink(theme.background, theme.accent, bold=True)),
        ("old", ink(theme.border, theme.background)),
        ("axis", ink(theme.axis, theme.background)),
    ]
    chosen, old, axis = styles(row(pieces, 13, Style()), known)
    assert (chosen.reverse, chosen.dim) == (True, None)
    assert (old.reverse, old.dim) == (None, True)
    assert (axis.reverse, axis.dim) == (None, None)


def test_braille_is_never_in_reverse_on_a_faint_ground() -> None:
    _, known = on("none")
    (style,) = styles(row([("⠑⠢", ink("100%", "20%", bold=True))], 2, Style()), known)
    assert (style.reverse, style.bold) == (None, True)


@pytest.mark.parametrize("name", ["dark", "light", "projector"])
def test_16_colours_and_nothing_else(name: str) -> None:
    theme, known = on("16", name=name)
    assert (theme.name, theme.dark) == (name, name == "dark")
    for colour in ("#5f87af", "#123456", theme.usual(theme.background)):
        (style,) = styles(Strip.blank(3, Style(color="#ff8800", bgcolor=colour)), known)
        for part in (style.color, style.bgcolor):
            assert part is not None
            assert part.triplet is None
            assert part.number is not None


def test_the_users_own_background_shows_through_the_ansi_theme() -> None:
    theme, known = on("truecolor", name="ansi")
    usual = Style(color=theme.usual("default", is_text=True), bgcolor=theme.usual("default"))
    (style,) = styles(Strip.blank(3, usual), known)
    assert style.render("x", color_system=ColorSystem.TRUECOLOR) == "\x1b[39;49mx\x1b[0m"
    (inverse,) = styles(Strip.blank(3, Style(color=usual.bgcolor, bgcolor="#00aaaa")), known)
    assert inverse.color is not None
    assert inverse.color.name == "black"


def test_256_colours_are_the_nearest_ones() -> None:
    _, known = on("256")
    (style,) = styles(Strip.blank(3, Style(color="#1a71c5", bgcolor="#121212")), known)
    assert style.render("x", color_system=ColorSystem.TRUECOLOR) == "\x1b[38;5;26;48;5;233mx\x1b[0m"


def test_a_terminal_that_takes_everything_gets_everything_as_it_is() -> None:
    assert not on("truecolor")[1].enabled
    assert on("truecolor", name="ansi")[1].enabled


def test_meta_stays_for_who_asks_what_was_clicked() -> None:
    for colours in ("16", "256", "none"):
        _, known = on(colours)
        (style,) = styles(Strip.blank(3, Style(color="red", meta={"@mouse.down": "grab"})), known)
        assert style.meta == {"@mouse.down": "grab"}
