"""The footer: the keys, made from the bindings themselves; and what is said where the terminal is too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.binding import Binding
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tuinet.observe.snapshot import Frame
from tuinet.tui.draw.text import Piece, row, wrapped
from tuinet.tui.keys import keymap_of
from tuinet.tui.offered import offered
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MIN_HEIGHT, MIN_WIDTH

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page

_SHORT_WORDS: Final = {"activation": "act", "microscope": "scope", "settings": "set"}

_ARROWS: Final = {"▴": "up", "▾": "down", "◂": "left", "▸": "right"}


def key_name(name: str, theme: Theme) -> str:
    """How a key is called: an arrow in words where its likeness would be the name of another key."""
    return _ARROWS.get(name, name) if theme.spells else name


class Hint(NamedTuple):
    """What the footer says about one key, or about two that belong together."""

    keys: tuple[str, ...]
    description: str

    @property
    def width(self) -> int:
        """Cells that it takes, with the space before it and after it."""
        return len("/".join(self.keys)) + len(self.description) + 3


def hints(bindings: Iterable[Binding]) -> list[Hint]:
    """What the footer shows: keys that do the same in two directions stand together, many digits by their ends."""
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        if binding.show:
            keys.setdefault(binding.description, []).append(binding.key_display or binding.key)
    return [
        Hint((f"{names[0]}-{names[-1]}",) if len(names) > 2 and all(map(str.isdigit, names)) else tuple(names), words)
        for words, names in keys.items()
    ]


def fitting(all_hints: Sequence[Hint], width: int, keep: Sequence[str]) -> list[Hint]:
    """As many hints as fit, the first before the last; those in ``keep``, which lead to the rest, stay longest."""
    shown = list(all_hints)
    if _width(shown) > width:  # without the capital of a key that is there in lower case
        lower = [tuple(key for key in hint.keys if key.lower() == key) for hint in shown]
        shown = [hint._replace(keys=keys or hint.keys) for hint, keys in zip(shown, lower, strict=True)]
    if _width(shown) > width:
        shown = [hint._replace(description=_SHORT_WORDS.get(hint.description, hint.description)) for hint in shown]
    while shown and _width(shown) > width:
        others = [hint for hint in shown if hint.description not in keep]
        shown.remove((others or shown)[-1])
    return shown


def _width(some: Sequence[Hint]) -> int:
    return sum(hint.width for hint in some) - 1


_KEEP: Final = ("help", "quit", "close", "leave")


class KeysPanel(CellPanel):
    """One row of the keys that do something now, and what they do.

    Textual's ``Footer`` leaves out whatever comes last: at 80 columns that would be help and quit.
    """

    page: reactive[Page | None] = reactive(None, repaint=False)
    """The step of the lesson that is on."""

    def __init__(self, bindings: Iterable[Binding], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._named = tuple(bindings)

    watch_page = CellPanel.update_cells

    def use(self, bindings: Iterable[Binding]) -> None:
        """Show other keys."""
        self._named = tuple(bindings)
        self.update_cells()

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The row of keys."""
        named = offered(keymap_of(self.app).applied(self._named), frame, self.page)
        return [key_row(hints(named), theme, width)][:height]


class KeyBar(Widget):
    """The row of keys of a screen that shows no run; or what is said in its place.

    Parameters
    ----------
    bindings
        What the screen binds.
    """

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        width: 100%;
        height: 1;
    }
    """
    ALLOW_SELECT = False
    theme: reactive[Theme | None] = reactive(None)
    said: reactive[str] = reactive("")

    def __init__(self, bindings: Iterable[Binding], theme: Theme) -> None:
        super().__init__()
        self._named = tuple(bindings)
        self.set_reactive(KeyBar.theme, theme)

    def render_line(self, y: int) -> Strip:
        """The row."""
        assert self.theme is not None
        if self.said:
            return row([(f" {self.said}", self.theme.inks.text)], self.size.width, self.theme.inks.blank)
        return key_row(hints(keymap_of(self.app).applied(self._named)), self.theme, self.size.width)


def key_row(all_hints: Sequence[Hint], theme: Theme, width: int) -> Strip:
    """Keys and descriptions with room between them, as many as fit."""
    blank = theme.inks.blank
    key, description = theme.inks.key, theme.inks.axis
    pieces: list[Piece] = []
    named = [hint._replace(keys=tuple(key_name(name, theme) for name in hint.keys)) for hint in all_hints]
    for hint in fitting(named, width, _KEEP):
        pieces += [(" ", blank), ("/".join(hint.keys), key), (f" {hint.description}", description), (" ", blank)]
    return row(pieces, width, blank)


class TooSmallPanel(CellPanel):
    """A sentence instead of panels."""

    def rows(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The sentence, on as many rows as it takes."""
        style, key = theme.inks.text, keymap_of(self.app).name("quit")
        sentence = f"tuinet needs {MIN_WIDTH}×{MIN_HEIGHT} cells; this terminal has {width}×{height}. {key} quits."
        lines = [*wrapped(sentence, width, style), *[[]] * height]
        return [row(line, width, style) for line in lines[:height]]
