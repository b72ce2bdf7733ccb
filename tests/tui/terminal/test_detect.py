from __future__ import annotations

import pytest

from tuinet.tui.terminal.detect import CELLS, Cells, Colours, Glyphs, can_draw, detect


@pytest.mark.parametrize(
    ("environ", "colours"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": ""}, "256"),
        ({"TERM": "xterm"}, "16"),
        ({}, "16"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "16"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({"TERM": "xterm-ghostty"}, "truecolor"),
        ({"TERM": "alacritty"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "256"),
        # tmux takes 256 colours whatever it calls itself, and all of them if it says so.
        ({"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}, "256"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, "256"),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "COLORTERM": "truecolor"}, "truecolor"),
        # GNU screen hands on what is true outside.
        ({"TERM": "screen-256color", "STY": "1.pts", "COLORTERM": "truecolor"}, "256"),
        ({"TERM": "screen", "STY": "1.pts"}, "16"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": ""}, "truecolor"),
        ({"TERM": "vt220"}, "none"),
        ({"TERM": "xterm-mono"}, "none"),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"}, "256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "standard"}, "16"),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "auto"}, "16"),
    ],
)
def test_colours(environ: dict[str, str], colours: Colours) -> None:
    assert detect(environ, "utf-8").colours == colours


@pytest.mark.parametrize(
    ("environ", "encoding", "glyphs"),
    [
        ({}, "utf-8", "unicode"),
        ({}, "UTF8", "unicode"),
        ({}, "ascii", "ascii"),
        ({}, "iso8859-1", "ascii"),
        ({}, "no-such", "ascii"),
        # Python takes UTF-8 where no locale is set, and is right to: terminals do so, too.
        ({"LANG": "C"}, "utf-8", "unicode"),
        ({"LANG": "C.UTF-8"}, "utf-8", "unicode"),
        ({"LANG": "de_DE@euro"}, "utf-8", "unicode"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "utf-8", "ascii"),
        ({"LANG": "de_DE.ISO-8859-1", "LC_ALL": "de_DE.UTF-8"}, "utf-8", "unicode"),
        ({"LANG": "de_DE.UTF-8", "LC_CTYPE": "ja_JP.eucJP"}, "utf-8", "ascii"),
        ({"TERM": "linux"}, "utf-8", "console"),
        ({"TERM": "linux"}, "ascii", "ascii"),
    ],
)
def test_glyphs(environ: dict[str, str], encoding: str, glyphs: Glyphs) -> None:
    assert detect(environ, encoding).glyphs == glyphs
    assert detect(environ, encoding, ascii_only=True).glyphs == "ascii"


@pytest.mark.parametrize(("term", "can"), [("xterm", True), ("dumb", False), ("unknown", False), ("", True)])
def test_terminals_that_cannot_draw(term: str, can: bool) -> None:
    assert can_draw({"TERM": term}) is can


@pytest.mark.parametrize(
    ("environ", "cells"),
    [
        ({"TERM": "xterm-kitty"}, "sextant"),
        ({"TERM": "xterm-ghostty"}, "sextant"),
        ({"TERM": "foot"}, "sextant"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sextant"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "sextant"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5202"}, "quadrant"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "new"}, "half"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "quadrant"),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, "quadrant"),
        ({"TERM": "alacritty"}, "quadrant"),
        ({"TERM": "xterm-256color"}, "half"),
        ({"TERM": "linux"}, "half"),
        ({}, "half"),
        # What tmux hands on may be of a terminal that has been left since.
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "VTE_VERSION": "7600"}, "half"),
    ],
)
def test_cells(environ: dict[str, str], cells: Cells) -> None:
    assert detect(environ, "utf-8").cells == cells


@pytest.mark.parametrize("wanted", CELLS)
def test_other_cells_can_be_asked_for(wanted: Cells) -> None:
    assert detect({"TERM": "xterm-256color"}, "utf-8", cells=wanted).cells == wanted
    assert detect({"TERM": "xterm-kitty"}, "utf-8", cells=wanted).cells == wanted


def test_what_has_no_such_characters_keeps_to_half_blocks() -> None:
    assert detect({"TERM": "xterm-kitty"}, "utf-8", ascii_only=True, cells="octant").cells == "half"
    assert detect({"TERM": "linux"}, "utf-8", cells="sextant").cells == "half"
