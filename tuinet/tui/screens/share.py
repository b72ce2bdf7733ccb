"""The command line, or the JSON, that reproduces a run, as a screen; and its way to the clipboard."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len, chop_cells
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.experiment.defaults import arithmetic_name
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.session.timeline import Trajectory, arithmetic_of
from tuinet.share.line import line_of, quoted, words_of
from tuinet.share.record import to_json
from tuinet.share.shared import LONG, Shared, ShareError, files_of, share
from tuinet.tui.draw.text import Lines, count, row, wrapped
from tuinet.tui.keys import UNCHANGED, Keymap, keymap_of
from tuinet.tui.panels.base import Entry, ScrollingPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screen_keys import SHARE_BINDINGS
from tuinet.tui.screens.scrolling import ScrollingScreen
from tuinet.tui.style.theme import Theme

_SCREEN_PIECE: Final = 500
"""Bytes that screen passes through at once; it knows no longer strings."""


def osc_52(text: str) -> str:
    """The sequence that has a terminal take a text to its clipboard."""
    return f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"


def passed_through(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrap a sequence for the terminal around tmux or screen; empty where there is neither.

    tmux passes it on where its option ``allow-passthrough`` is on, and takes the plain sequence itself where
    ``set-clipboard`` is.
    """
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        pieces = [sequence[start : start + _SCREEN_PIECE] for start in range(0, len(sequence), _SCREEN_PIECE)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return ""


_INDENT: Final = "  "


@dataclass(frozen=True)
class SharedText:
    """A text to be copied, and the lines that show it."""

    text: str
    """Empty where nothing can be shared."""
    lines: tuple[str, ...]
    remarks: tuple[str, ...]


def shared_text(
    trajectory: Trajectory,
    speed: float | None,
    arithmetic: str,
    width: int,
    *,
    as_json: bool,
    keymap: Keymap = UNCHANGED,
) -> SharedText:
    """The line or the JSON of a run."""
    saves = f"{keymap.name('save_run')} saves"
    try:
        shared = share(trajectory, speed)
    except ShareError as error:
        return SharedText("", (), (f"{error}; {saves} it",))
    text = to_json(shared) if as_json else line_of(shared)
    lines = text.splitlines() if as_json else wrapped_line(words_of(shared), width)
    shown = [part for line in lines for part in chop_cells(line, max(width, 2))]
    remarks = _remarks(shared, arithmetic_of(trajectory, arithmetic), text, saves, as_json=as_json)
    return SharedText(text, tuple(shown), tuple(remarks))


_ARITHMETIC: Final = {
    "portable": "In portable arithmetic: the same numbers on every machine, except on x86 processors from before 2013.",
    "fast": "In fast arithmetic: other processors may give other last digits; with --arithmetic portable all agree.",
}


def _remarks(shared: Shared, arithmetic: str, text: str, saves: str, *, as_json: bool) -> Iterator[str]:
    if as_json:
        yield "Copied. In a file, run.json, tuinet --from run.json takes it."
    else:
        yield (
            "Copied, where the terminal allows it (OSC 52). In a shell it leads here, to the same bits; "
            'so does tuinet --from "LINE", and without a screen tuinet train --from "LINE".'
        )
    yield _ARITHMETIC[arithmetic]
    files = files_of(shared)
    if files:
        yield f"It needs {' and '.join(files)}, as it is now: whoever follows the line must have it, too."
    if len(text) > LONG and not as_json:
        yield f"{len(text):,} characters are more than some terminals and shells take: {saves} the run as a file."


def wrapped_line(words: Iterable[str], width: int) -> list[str]:
    """The command, an option with its value in one piece where there is room."""
    lines, present = [], "tuinet"
    for piece in _pieces(words):
        if cell_len(present) + 1 + cell_len(piece) <= width:
            present = f"{present} {piece}"
        else:
            lines.append(present)
            present = _INDENT + piece
    return [*lines, present]


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


_MARGIN: Final = 1
_WAITING: Final = "The run is being looked at."


class SharePanel(ScrollingPanel):
    """Shows a text that is to be copied."""

    HEADING = "share"
    as_json: reactive[bool] = reactive(False, repaint=False)

    def watch_as_json(self) -> None:
        """Show the other form, from its beginning."""
        self._top = 0
        self.update_cells()

    def shared(self, width: int) -> SharedText | None:
        """The text to be copied; ``None`` before it is known."""
        snapshot = self.frame.snapshot if self.frame else None
        trajectory = snapshot.time.trajectory if snapshot else None
        if self.frame is None or snapshot is None or trajectory is None:
            return None
        arithmetic, keymap = arithmetic_name(snapshot.experiment, snapshot.dataset), keymap_of(self.app)
        return shared_text(trajectory, self.frame.speed, arithmetic, width, as_json=self.as_json, keymap=keymap)

    def title(self, frame: Frame, theme: Theme) -> str:
        """What it is, and of which moment."""
        form = "as JSON" if self.as_json else "as a command line"
        where = f"epoch {count(frame.snapshot.epoch)}, step {count(frame.snapshot.step)}"
        return f"this run {form} · {where}"

    def legend(self, frame: Frame, theme: Theme) -> str:
        """Which rows are in sight, where not all are."""
        return self.range_in_sight()

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The text, and below it the remarks."""
        lines = self.in_sight(self._lines(theme, max(width - 2 * _MARGIN, 0)), height)
        return [row([(" " * _MARGIN, theme.inks.blank), *line], width, theme.inks.blank) for line in lines]

    def _lines(self, theme: Theme, width: int) -> Lines:
        shared = self.shared(width)
        if shared is None:
            return [[(_WAITING, theme.inks.axis)]]
        remarks = [line for remark in shared.remarks for line in wrapped(remark, width, theme.inks.axis)]
        lines: Lines = [[(line, theme.inks.text)] for line in shared.lines]
        if self.as_json:
            return [*remarks, [], *lines]
        return [*lines, *([[]] if lines else []), *remarks]

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        name = theme.inks.accent
        yield (
            [("--defaults", name)],
            "The generation of the defaults that the line relies on; a later tuinet keeps them.",
        )
        yield [("--edit", name)], "What was changed on the way: @300 after 300 updates, @300:4 after 4 phases more."
        yield [("--at", name)], "Where the run is: so many updates, and phases of the next one."
        yield (
            [("--expect", name)],
            "Digest of weights and samples there: who follows the line is warned if they differ.",
        )


_ANY_WIDTH = 80


class ShareScreen(ScrollingScreen):
    """Shows the line, and has the terminal copy it."""

    MANUAL = "51-runs.md#one-line-that-leads-here"
    NEEDS_RUN = True
    KEYS = SHARE_BINDINGS
    GLOSSARY = (StatusPanel, SharePanel)
    PANEL = SharePanel
    _copied = ""

    def after_frame(self) -> None:
        """Copy what is shown as soon as it is known, and when it is another text."""
        super().after_frame()
        self._copy(again=False)

    def _copy(self, *, again: bool) -> None:
        shared = self.query_one(SharePanel).shared(_ANY_WIDTH)
        is_moving = self.frame is None or self.frame.running
        if shared is None or not shared.text or is_moving or (shared.text == self._copied and not again):
            return
        self._copied = shared.text
        self.app.copy_to_clipboard(shared.text)
        wrapped = passed_through(osc_52(shared.text), os.environ)
        if wrapped and self.app._driver is not None:
            self.app._driver.write(wrapped)

    def action_copy(self) -> None:
        """Copy once more."""
        self._copy(again=True)

    def action_toggle_json(self) -> None:
        """Show the other form, and copy it."""
        panel = self.query_one(SharePanel)
        panel.as_json = not panel.as_json
        self._copy(again=False)
