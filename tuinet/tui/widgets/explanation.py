"""The equations of a phase, from `tuinet.explain`, coloured and scrolling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from rich.style import Style
from textual.events import MouseScrollDown, MouseScrollUp
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.explain.focus import Selection
from tuinet.explain.layout import Explanation, Remark, Role, Row, spelled
from tuinet.explain.story import explain_phase
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.bindings import MICROSCOPE_BINDINGS
from tuinet.tui.box import EDGE
from tuinet.tui.keymap import Keymap, keymap_of
from tuinet.tui.text import Piece, ink, row, shorten
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel

DIGITS: Final = (4, 6, 10)
"""Significant digits, taking turns."""
NO_STEP: Final = "No step has been made yet: press n to make the first phase."
NO_DETAIL: Final = "The numbers of the last step are gone: the network was changed since. Press n for the next phase."
_WHEEL: Final = 3
_MARGIN: Final = 1


class ExplanationPanel(CellPanel):
    """As much of the explanation as fits, from the row that it was scrolled to."""

    selection: reactive[Selection] = reactive(Selection(), repaint=False)
    digits: reactive[int] = reactive(DIGITS[0], repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = 0
        self._told: object = None

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """Phase, neuron and sample."""
        title = shorten(self._explanation(frame.snapshot).title, max(self.size.width - EDGE, 0))
        return ((title, ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How precise the numbers are, and how much of the text is in sight."""
        total, height = len(self._text(frame.snapshot)), max(self.size.height - 2, 0)
        first = self._first(total, height)
        last = min(first + height, total)
        part = f" · rows {first + 1}–{last} of {total}, pgup pgdn" if total > height else ""
        return ((f"{self.digits} digits ({self._digits_key()}){part}", ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The rows in sight."""
        text = self._text(frame.snapshot)
        self._top = first = self._first(len(text), height)
        return [_strip(spans, theme, width) for spans in text[first : first + height]]

    def watch_frame(self) -> None:
        """Begin at the top of what another phase has to say."""
        if self.frame is not None:
            told = (self.frame.snapshot.phase, self.frame.snapshot.step)
            self._top = self._top if told == self._told else 0
            self._told = told
        super().watch_frame()

    def watch_selection(self) -> None:
        """Explain another neuron."""
        self.update_cells()

    def watch_digits(self) -> None:
        """Write the numbers anew."""
        self.update_cells()

    def scroll_pages(self, pages: float) -> None:
        """Scroll by so many heights of the panel."""
        self._scroll(round(pages * max(self.size.height - 3, 1)))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        self._scroll(-_WHEEL)

    def _scroll(self, rows: int) -> None:
        self._top += rows
        self.update_cells()

    def _first(self, total: int, height: int) -> int:
        return max(0, min(self._top, total - height))

    def _explanation(self, snapshot: Snapshot) -> Explanation:
        in_ascii = self.theme is not None and self.theme.spells
        explanation = explained(snapshot, self.selection, self.digits, in_ascii=in_ascii)
        return _with_keys(explanation, keymap_of(self.app))

    def _digits_key(self) -> str:
        digits = next(binding for binding in MICROSCOPE_BINDINGS if binding.action == "digits")
        (now,) = keymap_of(self.app).applied([digits])
        return now.key_display or now.key

    def _text(self, snapshot: Snapshot) -> tuple[Row, ...]:
        return self._explanation(snapshot).rows(max(self.size.width - 2 - 2 * _MARGIN, 20))


@lru_cache(maxsize=4)
def explained(snapshot: Snapshot, selection: Selection, digits: int, *, in_ascii: bool = False) -> Explanation:
    """What there is to say about the last phase, or why there is nothing."""
    if snapshot.phase is None:
        return Explanation("microscope", (Remark(NO_STEP),))
    if snapshot.step_detail is None:
        return Explanation(f"microscope · {snapshot.phase}", (Remark(NO_DETAIL),))
    explanation = explain_phase(snapshot, selection, digits)
    return spelled(explanation) if in_ascii else explanation


def _with_keys(explanation: Explanation, keymap: Keymap) -> Explanation:
    """The same with the keys that the user wants, where a remark names some."""
    if not keymap.keys:
        return explanation
    lines = [Remark(keymap.spelled(line.text)) if isinstance(line, Remark) else line for line in explanation.lines]
    return replace(explanation, lines=tuple(lines))


def _strip(spans: Row, theme: Theme, width: int) -> Strip:
    blank, styles = ink(None, theme.background), role_styles(theme)
    margin = (" " * _MARGIN, blank)
    return row([margin, *((span.text, styles[span.role]) for span in spans)], width, blank)


def role_styles(theme: Theme) -> Mapping[Role, Style]:
    """Colours of the parts of an equation: symbols as axes have them, numbers plain, results as what is active."""
    colours: dict[Role, tuple[str, bool]] = {
        "title": (theme.title, True),
        "label": (theme.title, True),
        "left": (theme.curve, False),
        "sign": (theme.axis, False),
        "symbols": (theme.axis, False),
        "numbers": (theme.foreground, False),
        "result": (theme.accent, True),
        "remark": (theme.axis, False),
    }
    return {role: ink(colour, theme.background, bold=bold) for role, (colour, bold) in colours.items()}
