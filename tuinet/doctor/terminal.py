"""Findings about the terminal: what it says of itself, and what is made of that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from tuinet.doctor.finding import Finding
from tuinet.tui.terminal import MIN_HEIGHT, MIN_WIDTH, can_draw, colours_and_reason, detect

_LOCALE: Final = ("LC_ALL", "LC_CTYPE", "LANG")
_COLOURS: Final = {"truecolor": "true colour", "256": "256", "16": "16", "none": "none"}
_GLYPHS: Final = {
    "unicode": "all of Unicode",
    "console": "those of the Linux console",
    "ascii": "ASCII only",
}


def terminal_findings(
    environ: Mapping[str, str], encoding: str, size: os.terminal_size | None, streams: Mapping[str, bool]
) -> list[Finding]:
    """What there is to say of the terminal.

    Parameters
    ----------
    encoding
        Of standard output.
    size
        In cells; ``None`` where there is no terminal.
    streams
        Of standard input and output by their names, whether each is a terminal.
    """
    return [
        _streams(streams),
        _type(environ),
        _colours(environ),
        _encoding(environ, encoding),
        _characters(environ, encoding),
        _size(size),
        _inside(environ),
    ]


def _streams(streams: Mapping[str, bool]) -> Finding:
    without = [name for name, is_terminal in streams.items() if not is_terminal]
    if not without:
        return Finding("terminal", "standard input and output are one")
    value = f"standard {' and '.join(without)} {'is' if len(without) == 1 else 'are'} none"
    return Finding("terminal", value, "note", "the dashboard needs one; `tuinet train` does not")


def _type(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if not term:
        return Finding("TERM", "not set", "note", "export TERM=xterm-256color, or what your terminal is")
    if can_draw(environ):
        return Finding("TERM", term)
    return Finding("TERM", term, "problem", "it cannot show a screen; export TERM=xterm-256color where that is wrong")


def _colours(environ: Mapping[str, str]) -> Finding:
    colours, reason = colours_and_reason(environ)
    remedy = ""
    if colours in ("256", "16") and environ.get("TERM") != "linux" and not environ.get("TEXTUAL_COLOR_SYSTEM"):
        remedy = "export COLORTERM=truecolor where the terminal takes any colour (ssh does not pass it on)"
    return Finding("colours", f"{_COLOURS[colours]} ({reason})", "note" if remedy else "ok", remedy)


def _encoding(environ: Mapping[str, str], encoding: str) -> Finding:
    source = next((name for name in _LOCALE if environ.get(name)), None)
    locale = "no locale" if source is None else f"{source}={environ[source]}"
    value = f"{encoding or 'unknown'} ({locale})"
    if detect(environ, encoding).glyphs == "ascii":
        return Finding("encoding", value, "note", "export LC_ALL=C.UTF-8 where the terminal shows UTF-8")
    return Finding("encoding", value)


def _characters(environ: Mapping[str, str], encoding: str) -> Finding:
    return Finding("characters", _GLYPHS[detect(environ, encoding).glyphs])


def _size(size: os.terminal_size | None) -> Finding:
    if size is None:
        return Finding("size", "unknown", "note", "there is no terminal to measure")
    value = f"{size.columns} columns, {size.lines} rows"
    if size.columns < MIN_WIDTH or size.lines < MIN_HEIGHT:
        return Finding("size", value, "problem", f"the dashboard needs {MIN_WIDTH} by {MIN_HEIGHT}; make it larger")
    if size.columns < 80 or size.lines < 24:
        return Finding("size", value, "note", "80 by 24 have room for four panels")
    return Finding("size", value)


def _inside(environ: Mapping[str, str]) -> Finding:
    layers = [
        name
        for name, variables in (("tmux", ("TMUX",)), ("screen", ("STY",)), ("ssh", ("SSH_CONNECTION", "SSH_TTY")))
        if any(environ.get(variable) for variable in variables)
    ]
    if "screen" in layers and "tmux" not in layers:
        return Finding("inside", ", ".join(layers), "note", "GNU screen has no more than 256 colours; tmux has all")
    return Finding("inside", ", ".join(layers) or "neither tmux, screen nor ssh")
