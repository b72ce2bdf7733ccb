"""What is shared of a run in lines of text: the command line, or JSON, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from rich.cells import cell_len, chop_cells

from tuinet.session.timeline import Course
from tuinet.share.line import line_of, quoted, words_of
from tuinet.share.record import to_json
from tuinet.share.shared import LONG, Shared, ShareError, files_of, share

_INDENT: Final = "  "


@dataclass(frozen=True)
class SharedText:
    """A text to be copied, and the lines that show it."""

    text: str
    """Empty where nothing can be shared."""
    lines: tuple[str, ...]
    """The text at a certain width."""
    remarks: tuple[str, ...]
    """Sentences about it."""


def shared_text(course: Course, speed: float | None, width: int, *, as_json: bool) -> SharedText:
    """The line or the JSON of a run."""
    try:
        shared = share(course, speed)
    except ShareError as error:
        return SharedText("", (), (f"{error}",))
    text = to_json(shared) if as_json else line_of(shared)
    lines = _json_lines(text, width) if as_json else wrapped_line(words_of(shared), width)
    return SharedText(text, tuple(lines), tuple(_remarks(shared, text, as_json=as_json)))


def _remarks(shared: Shared, text: str, *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield "Copied. In a file, run.json, tuinet --from run.json takes it."
    else:
        yield (
            "Copied, where the terminal allows it (OSC 52). In a shell it leads here, to the same bits; "
            'so does tuinet --from "LINE", and without a screen tuinet train --from "LINE".'
        )
    files = files_of(shared)
    if files:
        yield f"It needs {_listed(files)}, as it is now: whoever follows the line must have it, too."
    if len(text) > LONG and not as_json:
        yield f"{len(text):,} characters are more than some terminals and shells take: ctrl+s saves the run as a file."


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def wrapped_line(words: Iterable[str], width: int) -> list[str]:
    """The command, an option with its value in one piece where there is room."""
    lines, present = [], "tuinet"
    for piece in _pieces(words):
        if cell_len(present) + 1 + cell_len(piece) <= width:
            present = f"{present} {piece}"
        else:
            lines.append(present)
            present = _INDENT + piece
    return [cut for line in (*lines, present) for cut in chop_cells(line, max(width, 2))]


def _pieces(words: Iterable[str]) -> Iterator[str]:
    option = ""
    for word in words:
        if option and not word.startswith("--"):
            yield f"{option} {quoted(word)}"
            option = ""
            continue
        if option:
            yield option
        option = word
    if option:
        yield option


def _json_lines(text: str, width: int) -> list[str]:
    return [cut for line in text.splitlines() for cut in chop_cells(line, max(width, 2))]


def wrapped_remarks(remarks: Iterable[str], width: int) -> list[str]:
    """Sentences in lines of at most this width."""
    return [line for remark in remarks for line in wrap(remark, max(width, 1))]
