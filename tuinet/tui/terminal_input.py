"""What a terminal sends, decoded and bounded: no byte of it may end the program, or make it larger than a terminal."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from textual._xterm_parser import XTermParser
from textual.events import MouseEvent, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

MOST_COLUMNS: Final = 640
MOST_ROWS: Final = 250
MOST_CELLS: Final = 80_000
"""Columns, rows and cells of a screen that are used: 3840 by 2160 pixels have room for so many, lying or upright, in
letters that can be read. On whatever is larger a corner is drawn."""
MOST_PASTED: Final = 2**20
"""Characters of one paste; the rest of a longer one is dropped."""
_PASTE_ENDS: Final = "\x1b[201~"


def bounded_size(columns: int, rows: int) -> tuple[int, int]:
    """The size of a screen, whatever the system says: at least a cell, at most what is used of one."""
    columns = min(max(columns, 1), MOST_COLUMNS)
    return columns, min(max(rows, 1), MOST_ROWS, MOST_CELLS // columns)


class TerminalInput:
    """Makes messages of bytes, whatever they are."""

    def __init__(self) -> None:
        # Bytes that are not UTF-8 come from terminals with another encoding, and from mice of the old kind.
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._parser = _CellParser()
        self._silent = 0
        """Characters since the last message: outside of a paste, every few of them make one."""
        self._dropped: str | None = None
        """The end of what has been dropped of a paste that is too long; ``None`` where nothing is."""

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages in these bytes, and in what was incomplete before them."""
        text = self._kept(self._decode(data))
        self._silent += len(text)
        if text:
            yield from self._messages(lambda: self._parser.feed(text))
        if self._silent > MOST_PASTED:
            self._dropped = ""
            yield from self._messages(lambda: self._parser.feed(_PASTE_ENDS))

    def tick(self, *, is_silent: bool) -> Iterator[Message]:
        """What can wait no longer for its end, such as the key escape.

        Parameters
        ----------
        is_silent
            Whether nothing has arrived for a while: a letter that is not complete by then is none of UTF-8. The last
            byte of an old mouse's report may look like the first of a letter, and what is left of the report like keys.
        """
        if is_silent and (text := self._kept(self._decode(b"", final=True))):
            yield from self._messages(lambda: self._parser.feed(text))
        yield from self._messages(self._parser.tick)

    def _kept(self, text: str) -> str:
        """A text without what belongs to a paste that is too long."""
        if self._dropped is None:
            return text
        dropped, end, kept = (self._dropped + text).partition(_PASTE_ENDS)
        self._dropped = None if end else dropped[-len(_PASTE_ENDS) :]
        return kept

    def _messages(self, read: Callable[[], Iterable[Message]]) -> Iterator[Message]:
        try:
            for message in read():
                self._silent = 0
                if _is_possible(message):
                    yield message
        except Exception:
            # Textual's parser takes some sequences for what they cannot be, and is of no use after that: the rest of
            # what has arrived is dropped, and the next key is read by a new one.
            self._parser = _CellParser()


class _CellParser(XTermParser):
    """Textual's parser, for which a mouse always points at a cell: pixels are never asked for."""

    def parse_mouse_code(self, code: str) -> Message | None:
        """See `XTermParser`."""
        self.mouse_pixels = False
        return super().parse_mouse_code(code)


def _is_possible(message: Message) -> bool:
    """Whether a terminal can have meant it; the size of the window is asked of the system, never of the input."""
    if isinstance(message, MouseEvent):
        return 0 <= message.screen_x < MOST_COLUMNS and 0 <= message.screen_y < MOST_ROWS
    return not isinstance(message, (Resize, InBandWindowResize))
