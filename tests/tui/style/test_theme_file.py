"""Themes of one's own, in the configuration folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuinet.errors import ThemeError
from tuinet.tui.style.theme import catalogue, find_theme, load_themes

DARK = Path(__file__).parents[3] / "themes" / "dark.toml"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "tuinet" / "themes"
    folder.mkdir(parents=True)
    return folder


def write(path: Path, *changes: tuple[str, str]) -> None:
    text = DARK.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_a_theme_of_ones_own_is_found_by_its_name(folder: Path) -> None:
    write(folder / "file.toml", ('name = "dark"', 'name = "mine"'), ("#5fd7af", "#00ff00"))
    assert find_theme("mine").textual["success"] == "#00ff00"
    assert "mine" in [theme.name for theme in load_themes()]
    assert [theme.name for theme in load_themes()][:2] == ["dark", "light"]


def test_it_takes_the_place_of_one_with_the_same_name(folder: Path) -> None:
    write(folder / "dark.toml", ('background = "#121212"', 'background = "#000000"'))
    assert find_theme("dark").background == "#000000"
    assert [theme.name for theme in load_themes()].count("dark") == 1


def test_a_broken_one_hurts_only_who_asks_for_it(folder: Path) -> None:
    write(folder / "broken.toml", ('curve = "#5fd7af"', ""))
    write(folder / "light.toml", ("dark = true", "dark = 1"))
    assert load_themes()[0].name == "dark"
    assert [theme.name for theme in load_themes()].count("light") == 1
    for name, message in (("broken", "tuinet.curve: missing"), ("light", "dark: 1 is neither true nor false")):
        with pytest.raises(ThemeError) as caught:
            find_theme(name)
        assert str(caught.value) == f"theme {name}.toml: {message}"
    assert [entry.name for entry in catalogue() if entry.error is not None] == ["broken", "light"]


def test_no_folder_is_no_trouble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nowhere"))
    assert len(load_themes()) == 9
