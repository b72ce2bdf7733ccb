"""Asciicasts: what a terminal was sent, and when, as JSON Lines (version 2 of asciinema's format).

https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple


class Output(NamedTuple):
    """What a terminal was sent at a time."""

    seconds: float
    """Since the start."""
    data: str


def to_lines(size: tuple[int, int], title: str, events: Iterable[Output]) -> str:
    """The text of an asciicast.

    Parameters
    ----------
    size
        Columns and rows of the terminal.
    title
        Shown by players.
    events
        In the order of time. Where nothing was sent there is no line.
    """
    columns, rows = size
    header = {"version": 2, "width": columns, "height": rows, "title": title, "env": {"TERM": "xterm-256color"}}
    lines = [header, *([round(event.seconds, 6), "o", event.data] for event in events if event.data)]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
