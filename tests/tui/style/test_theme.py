from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tuinet.errors import ThemeError
from tuinet.tui.style.colour import contrast, luminance, mix, ramp
from tuinet.tui.style.indexed import index_of, indexed_ramp, nearest_indexed
from tuinet.tui.style.theme import LEVELS, Theme, find_theme, load_theme, load_themes

BUNDLED = Path(__file__).parents[3] / "themes"
DARK = BUNDLED / "dark.toml"
THEMES = [load_theme(path) for path in sorted(BUNDLED.glob("*.toml"))]


NAMES = ["dark", "light", "ansi", "ansi-light", "colour-safe", "dusk", "high-contrast", "mono", "projector"]
READABLE = 4.5
"""WCAG 2's least contrast of running text."""


@pytest.fixture(autouse=True)
def no_themes_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_bundled_themes() -> None:
    assert [theme.name for theme in load_themes()] == NAMES
    assert {theme.name for theme in load_themes() if not theme.dark} == {"light", "ansi-light", "projector"}
    assert find_theme("light").dark is False
    assert find_theme(str(DARK)) == find_theme("dark")


def text_contrast(theme: Theme, colour: str) -> float:
    """As sent to a terminal of 256 colours, too, where it is indexed."""
    text, ground = theme.usual(colour, is_text=True), theme.usual(theme.background)
    return contrast(nearest_indexed(text), nearest_indexed(ground)) if theme.indexed else contrast(text, ground)


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
class TestColours:
    def test_text_can_be_read(self, theme: Theme, indexed: bool) -> None:
        theme = replace(theme, indexed=indexed)
        texts = [theme.foreground, theme.axis, theme.title, theme.curve, theme.test_curve, theme.warning, theme.accent]
        for colour in [*texts, *theme.positive_levels, *theme.negative_levels]:
            assert text_contrast(theme, colour) >= READABLE, colour

    def test_what_is_chosen_in_a_list_can_be_read(self, theme: Theme, indexed: bool) -> None:
        theme = replace(theme, indexed=indexed)
        for ground in (theme.textual["primary"], theme.accent):
            assert text_contrast(theme, ground) >= READABLE

    def test_frames_are_seen(self, theme: Theme, indexed: bool) -> None:
        assert text_contrast(replace(theme, indexed=indexed), theme.border) >= 1.5

    def test_the_ramp_is_brighter_at_every_level(self, theme: Theme, indexed: bool) -> None:
        levels = replace(theme, indexed=indexed and not theme.is_ansi).levels
        brightness = [luminance(colour) for colour in levels]
        assert brightness == sorted(brightness)
        assert len(levels) == LEVELS
        assert theme.is_ansi or len(set(levels)) >= (8 if indexed else LEVELS)

    def test_the_ends_are_told_apart_without_colour(self, theme: Theme, indexed: bool) -> None:
        levels = replace(theme, indexed=indexed and not theme.is_ansi).levels
        assert contrast(levels[0], levels[-1]) >= 2.5


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.is_ansi], ids=lambda theme: theme.name)
def test_a_dithered_ramp_is_brighter_at_every_level(theme: Theme) -> None:
    covered = {" ": 0.0, "░": 0.25, "▒": 0.5, "▓": 0.75, "█": 1.0}
    brightness = [
        covered[shade.glyph] * luminance(shade.colour) + (1 - covered[shade.glyph]) * luminance(shade.ground)
        for shade in theme.levels.shades
    ]
    assert brightness == sorted(brightness)
    assert len(set(brightness)) == 9


def test_themes_for_a_classroom_have_seven_to_one() -> None:
    theme = find_theme("high-contrast")
    texts = [theme.foreground, theme.axis, theme.curve, theme.test_curve, theme.warning, theme.accent]
    for colour in [*texts, *theme.positive_levels, *theme.negative_levels]:
        assert text_contrast(theme, colour) >= 7


def test_a_ramp_goes_through_its_stops() -> None:
    colours = ramp(("#0000ff", "#808080", "#ff0000"), 5)
    assert (colours[0], colours[2], colours[4]) == ("#0000ff", "#808080", "#ff0000")
    assert mix("#000000", "#ffffff", 0.0) == "#000000"
    assert nearest_indexed("#5f87af") == "#5f87af"
    assert nearest_indexed("#13191b") in {"#121212", "#1c1c1c"}


def test_a_ramp_of_256_colours_keeps_its_hue() -> None:
    blues = ramp(("#1f5fb4", "#8f9499"), 8)
    assert nearest_indexed(blues[2]) == "#5f5faf"
    assert "#5f5faf" not in indexed_ramp(blues)
    assert index_of("#5f87af") == 67
    assert (index_of("#000000"), index_of("#ffffff"), index_of("#eeeeee")) == (16, 231, 255)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"#fcbd6c"', '"#12"', "tuinet.classes[1]: '#12' is not a colour such as #1f77b4"),
        ('accent = "#87afd7"', "accent = 7", "textual.accent: 7 is not a colour such as #1f77b4"),
        ('curve = "', 'curv = "', "tuinet.curv: unknown key; known are classes, neutral, positive"),
        ('curve = "#5fd7af"', "", "tuinet.curve: missing"),
        ("[textual]", "[textural]", "textural: unknown key; known are name, dark, textual, tuinet"),
        ("dark = true", 'dark = "yes"', "dark: 'yes' is neither true nor false"),
        ('name = "dark"', 'name = " "', "name: ' ' is not a name such as 'dark'"),
        ('"#fcbd6c",', "", None),
        ("dark = true", "dark = true =", "not TOML: "),
        ('curve = "#5fd7af"', 'curve = "green"', "tuinet.curve: 'green' is not a colour such as #1f77b4"),
        (
            'background = "#121212"',
            'background = "black"',
            "textual.primary: '#5f87af' is not a colour of the terminal",
        ),
    ],
)
def test_a_broken_theme_is_one_line_that_names_the_key(tmp_path: Path, old: str, new: str, message: str | None) -> None:
    text = DARK.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "my.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if message is None:
        assert len(load_theme(path).classes) == 9
        return
    with pytest.raises(ThemeError) as caught:
        load_theme(path)
    assert str(caught.value).startswith(f"theme my.toml: {message}")
    assert "\n" not in str(caught.value)


def test_too_few_classes_and_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    head = 'name = "mine"\ndark = true\n'
    path.write_text(head + "textual = 1\ntuinet = 2\n", encoding="utf-8")
    with pytest.raises(ThemeError, match=r"theme my\.toml: textual: 1 is not a table such as \[textual\]"):
        load_theme(path)
    text = DARK.read_text(encoding="utf-8")
    start, end = text.index("classes = ["), text.index("]\nneutral")
    path.write_text(text[:start] + 'classes = ["#1a71c5"' + text[end:], encoding="utf-8")
    with pytest.raises(ThemeError, match=r"tuinet\.classes: .* is not a list of 2 to 10 colours"):
        load_theme(path)


def test_a_toml_error_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('name = "mine"\ndark == true\n', encoding="utf-8")
    with pytest.raises(ThemeError, match="line 2"):
        load_theme(path)


def test_a_theme_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"theme gone\.toml: there is no such file"):
        load_theme(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ThemeError, match=r"theme latin\.toml: not UTF-8 text"):
        load_theme(tmp_path / "latin.toml")
    with pytest.raises(ThemeError, match="theme 'no-such' is neither a file nor one of dark, light"):
        find_theme("no-such")
