from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from tuinet.tui.draw.cells import sample_glyph
from tuinet.tui.terminal.substitutes import ASCII, CONSOLE, POINT_GLYPHS, as_block, as_stroke, keep_to_ascii

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "in_ascii", "on_console"),
    [
        ("╭─ loss ─╮", "+- loss -+", "┌─ loss ─┐"),
        ("│ ‖∂L/∂W‖ │", "| |dL/dW| |", "│ ║dL/dW║ │"),
        ("━━━╸──", "====--", "═══───"),
        ("▸ 98 · ■ paused", "> 98 . # paused", "► 98 · ■ paused"),
        ("x1 → h2, −0.5 × 3", "x1 > h2, -0.5 x 3", "x1 → h2, -0.5 x 3"),
        ("ŷ, w₁², Zürich", "y, w12, Zurich", "y, w1²,"),
        ("1e-8…1e0", "1e-8~1e0", "1e-8~1e0"),
        ("日本", "????", "????"),
        ("🔍", "??", "??"),
        ("⠉⠒⠤⣀", "'--_", "▀▀▄▄"),
    ],
)
def test_what_stands_in(text: str, in_ascii: str, on_console: str) -> None:
    assert text.translate(ASCII) == in_ascii
    assert text.translate(CONSOLE).startswith(on_console)


@given(st.characters())
def test_a_substitute_is_as_wide(character: str) -> None:
    plain = character.translate(ASCII)
    assert plain.isascii()
    assert cell_len(plain) == get_character_cell_size(character) or character.isascii()
    assert cell_len(character.translate(CONSOLE)) == cell_len(plain) or character.isascii()


def test_classes_stay_apart() -> None:
    for table in (ASCII, CONSOLE):
        assert len(set(POINT_GLYPHS.translate(table))) == len(POINT_GLYPHS)
        assert not set("ABCDEFGHIJabcdefghij") & set(POINT_GLYPHS.translate(table))


@pytest.mark.parametrize("table", [ASCII, CONSOLE])
def test_the_test_samples_of_a_class_are_not_drawn_as_its_training_samples(table: dict[int, str]) -> None:
    glyphs = [
        [sample_glyph(label, is_test=is_test).translate(table) for is_test in (False, True)] for label in range(6)
    ]
    assert all(train != test for train, test in glyphs)
    assert not {train for train, _ in glyphs} & {test for _, test in glyphs}


def test_every_glyph_of_the_program_has_a_likeness() -> None:
    paths = [path for path in (ROOT / "tuinet").rglob("*.py") if path.name != "substitutes.py"]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    literals = "".join(re.findall(r'"[^"\n]*"', "".join(sources)))
    assert not {glyph for glyph in literals if not glyph.isascii() and "?" in glyph.translate(ASCII)}


@pytest.mark.parametrize(
    ("pattern", "stroke", "block"),
    [
        ("⠀", " ", " "),
        ("⠉", "'", "▀"),
        ("⣀", "_", "▄"),
        ("⡇", "|", "█"),
        ("⠱", "\\", "█"),
        ("⡠", "_", "▄"),
        ("⣿", "#", "█"),
    ],
)
def test_braille(pattern: str, stroke: str, block: str) -> None:
    assert (as_stroke(pattern), as_block(pattern)) == (stroke, block)


def test_a_curve_can_be_followed() -> None:
    assert "⠱⡀  ⢀⠎".translate(ASCII) == "\\.  ./"
    assert " ⠈⠒⠁ ".translate(ASCII) == " '-' "


def test_last_words_are_ascii_too() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8")
    keep_to_ascii(stream)
    stream.write("╭─ Traceback ─╮ σ = ½ 日\n")
    stream.flush()
    assert raw.getvalue() == b"+- Traceback -+ s = / ??\n"
