"""How the terminal shows pictures in pixels, if it does: what it is asked, and its answers, which are no keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import monotonic
from typing import Final, Literal, NamedTuple

from textual.message import Message

Protocol = Literal["kitty", "placeholders", "sixel"]
"""Kitty's, behind the text of cells or, through tmux, in place of cells; or sixels, in place of what cells show."""

_NUMBER: Final = 31
_IN_KITTY: Final = f"\x1b_Gi={_NUMBER},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Whether a picture of one pixel could be shown."""
_ATTRIBUTES: Final = "\x1b[c"
"""Every terminal answers this, so that silence is no answer; sixels are number 4 of what it names."""
QUESTION: Final = _IN_KITTY + _ATTRIBUTES
QUESTION_IN_TMUX: Final = "\x1bPtmux;{}\x1b\\".format(_IN_KITTY.replace("\x1b", "\x1b\x1b")) + _ATTRIBUTES
"""tmux hands it on where its user allows that, and answers the rest itself."""
SIXEL_QUESTION: Final = "\x1b[16t\x1b[?1;1;0S" + _ATTRIBUTES
"""How large a cell is, and how many colours a picture may have."""
_SIXEL: Final = "4"
_MOST_COLOURS: Final = 256
_LEAST_COLOURS: Final = 4
_MOST_CELL: Final = 200
"""Pixels of a cell, each way."""
_PATIENCE: Final = 2.0
"""Seconds for which what may be the beginning of an answer is not taken for a key."""

_ANSWER: Final = re.compile(
    r"\x1b_G(?P<kitty>[^\x1b\x07]{0,200})\x1b\\"
    r"|\x1b\[\?(?P<attributes>[0-9;]{0,60})c"
    r"|\x1b\[6;(?P<down>[0-9]{1,4});(?P<across>[0-9]{1,4})t"
    r"|\x1b\[\?(?P<limits>[0-9;]{0,60})S"
)
_BEGUN: Final = re.compile(r"\x1b(?:_(?:G[^\x1b\x07]{0,200}\x1b?)?|\[(?:\?[0-9;]{0,60}|6[0-9;]{0,10})?)?\Z")
_IS_NO_KEY: Final = "\x1b_G"

Size = tuple[int, int]


class Graphics(NamedTuple):
    """A way to show pictures."""

    protocol: Protocol = "kitty"
    cell: Size = (0, 0)
    """Pixels of a cell, across and down, where that has to be known."""
    colours: int = _MOST_COLOURS


class GraphicsFound(Message):
    """The terminal has answered that it can show pictures."""

    def __init__(self, graphics: Graphics) -> None:
        super().__init__()
        self.graphics = graphics


class GraphicsAnswers:
    """Takes the answers out of what the terminal sends, so that they are no keys, and says what they mean.

    Parameters
    ----------
    is_in_tmux
        Whether the terminal is a pane of tmux. Sixels are not taken from it: tried with tmux 3.7 in xterm, it draws
        pictures again on which something else has been written.
    window_cell
        The pixels of a cell as the system knows them, for terminals that do not answer; zeros where it does not.
    """

    def __init__(
        self,
        *,
        is_in_tmux: bool = False,
        window_cell: Callable[[], Size] = lambda: (0, 0),
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._is_in_tmux, self._window_cell = is_in_tmux, window_cell
        self._now, self._until = now, 0.0
        self._begun = ""
        self._cell, self._colours = (0, 0), _MOST_COLOURS
        self._asks_for_size = self._has_sixels = self._has_kitty = False
        self.found: Graphics | None = None
        """What has been answered, until somebody takes note of it."""
        self.next_question = ""
        """What is to be asked now."""

    def question(self) -> str:
        """What the terminal is asked first; or again, when it may be another one or have other cells."""
        self._until = self._now() + _PATIENCE
        self._has_kitty, self._asks_for_size = False, self._has_sixels
        self._cell, self._colours = (0, 0), _MOST_COLOURS
        if self._has_sixels:
            return SIXEL_QUESTION
        return QUESTION_IN_TMUX if self._is_in_tmux else QUESTION

    def rest_of(self, text: str) -> str:
        """A text without answers, whole ones or such as have begun."""
        if not self._until:
            return text
        rest = _ANSWER.sub(self._heard, self._begun + text)
        self._begun = ""
        begun = _BEGUN.search(rest)
        if begun and (self._now() < self._until or begun.group().startswith(_IS_NO_KEY)):
            self._begun = begun.group()
        return rest[: len(rest) - len(self._begun)]

    def given_up(self) -> str:
        """What was no answer after all, or one whose end has not come."""
        if self._begun.startswith(_IS_NO_KEY) and self._now() < self._until:
            return ""
        begun, self._begun = self._begun, ""
        return "" if begun.startswith(_IS_NO_KEY) else begun

    def _heard(self, answer: re.Match[str]) -> str:
        if answer["kitty"] is not None:
            self._hear_kitty(answer["kitty"])
        elif answer["attributes"] is not None:
            self._hear_attributes(answer["attributes"].split(";"))
        elif answer["across"] is not None:
            self._cell = int(answer["across"]), int(answer["down"])
        else:
            self._hear_limits(answer["limits"].split(";"))
        return ""

    def _hear_kitty(self, told: str) -> None:
        if told != f"i={_NUMBER};OK":
            return
        self._has_kitty = True
        self.found = Graphics("placeholders" if self._is_in_tmux else "kitty")

    def _hear_attributes(self, told: list[str]) -> None:
        if self._is_in_tmux:
            # What it hands on may come after its own answer.
            return
        # The answer that every terminal gives is the last one.
        self._until = min(self._until, self._now())
        if self._asks_for_size:
            self._asks_for_size = False
            cell = self._cell if all(self._cell) else self._window_cell()
            if min(cell) > 0 and max(cell) <= _MOST_CELL:
                self.found = Graphics("sixel", cell, self._colours)
        elif not self._has_kitty and _SIXEL in told[1:]:
            self._has_sixels = True
            self.next_question = self.question()

    def _hear_limits(self, told: list[str]) -> None:
        """Of "item; status; number" the item 1 is how many colours there are, and the status 0 that there is one."""
        if len(told) == 3 and told[:2] == ["1", "0"] and told[2].isdecimal():
            self._colours = min(max(int(told[2]), _LEAST_COLOURS), _MOST_COLOURS)
