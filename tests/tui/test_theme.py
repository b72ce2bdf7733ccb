from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tuinet.errors import ThemeError
from tuinet.tui.colour import contrast, luminance, mix, nearest_indexed, ramp
from tuinet.tui.theme import LEVELS, Theme, find_theme, load_theme, load_themes

THEMES = load_themes()
DARK = Path(__file__).parents[2] / "themes" / "dark.toml"


def test_bundled_themes() -> None:
    assert [theme.name for theme in THEMES] == ["dark", "light"]
    assert find_theme("light").dark is False
    assert find_theme(str(DARK)) == find_theme("dark")


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
class TestColours:
    def test_text_can_be_read(self, theme: Theme, indexed: bool) -> None:
        theme = replace(theme, indexed=indexed)
        texts = [theme.foreground, theme.axis, theme.title, theme.curve, theme.warning, theme.accent]
        for colour in [*texts, *theme.positive_levels, *theme.negative_levels]:
            assert contrast(colour, theme.background) >= 4.5, colour

    def test_the_ramp_is_brighter_at_every_level(self, theme: Theme, indexed: bool) -> None:
        levels = replace(theme, indexed=indexed).levels
        brightness = [luminance(colour) for colour in levels]
        assert brightness == sorted(brightness)
        assert len(levels) == LEVELS
        assert len(set(levels)) >= (10 if indexed else LEVELS)

    def test_the_ends_are_told_apart_without_colour(self, theme: Theme, indexed: bool) -> None:
        levels = replace(theme, indexed=indexed).levels
        assert contrast(levels[0], levels[-1]) >= 2.5


def test_a_ramp_goes_through_its_stops() -> None:
    colours = ramp(("#0000ff", "#808080", "#ff0000"), 5)
    assert (colours[0], colours[2], colours[4]) == ("#0000ff", "#808080", "#ff0000")
    assert mix("#000000", "#ffffff", 0.0) == "#000000"
    assert nearest_indexed("#5f87af") == "#5f87af"
    assert nearest_indexed("#13191b") in {"#121212", "#1c1c1c"}


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
    with pytest.raises(ThemeError, match=r"theme gone\.toml: No such file"):
        load_theme(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ThemeError, match=r"theme latin\.toml: not UTF-8 text"):
        load_theme(tmp_path / "latin.toml")
    with pytest.raises(ThemeError, match="theme 'no-such' is neither a file nor one of dark, light"):
        find_theme("no-such")
