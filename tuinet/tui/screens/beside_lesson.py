"""The text of a lesson beside a screen that lies over the dashboard, and the keys that lead on in it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from textual.binding import Binding
from textual.geometry import Region
from textual.screen import Screen

from tuinet.tui.keys import DASHBOARD_BINDINGS, LESSON_BINDINGS, Keymap, keymap_of
from tuinet.tui.layout import KEYS, LESSON, STATUS, Arrangement, Plan, lesson_width
from tuinet.tui.panels.lesson import LessonPanel
from tuinet.tui.panels.status import StatusPanel

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Page

_TEXT_ROWS: Final = 9
"""Of a text that stands above."""
_LEAST_ROWS: Final = 6
_CHOICES: Final = {f"zoom({index})": index + 1 for index in range(5)}


class Lessons(Protocol):
    """Where one is in a lesson, and how one goes on."""

    @property
    def page(self) -> Page | None:
        """The step that is on; ``None`` where none is."""

    def answer_question(self, choice: int) -> bool:
        """Answer what is asked, if anything is."""

    def leave_lesson(self) -> bool:
        """Leave the lesson, if one is on."""

    def go_on(self) -> None:
        """Go to the next step, if it is time."""

    def action_lesson_back(self) -> None:
        """Go to the step before."""


class CoveredLessonPanel(LessonPanel):
    """The text beside a screen whose keys may be others than those of the lesson.

    Parameters
    ----------
    goes_on
        Whether the key that leads on does so from there.
    """

    def __init__(self, page: Page | None, *, goes_on: bool = False) -> None:
        super().__init__(id=LESSON)
        self._goes_on = goes_on
        self.set_reactive(LessonPanel.page, page)

    def way_on(self, page: Page, keymap: Keymap) -> tuple[str, str]:
        """See `LessonPanel`; where the key that leads on does something else, the lesson goes on behind the screen."""
        key, does = super().way_on(page, keymap)
        is_elsewhere = key == "esc" or (key == "enter" and not self._goes_on)
        return ("esc", "back to it") if is_elsewhere else (key, does)


class LessonBeside:
    """What a screen needs to have a lesson beside it.

    Parameters
    ----------
    screen
        The screen.
    lessons
        Where one is.
    keys
        Of the screen.
    least
        The width that it needs.
    """

    def __init__(self, screen: Screen[None], lessons: Lessons, keys: Sequence[Binding], least: int) -> None:
        self._screen, self._lessons, self._least = screen, lessons, least
        self.panel = CoveredLessonPanel(lessons.page, goes_on=all(binding.key != "enter" for binding in keys))

    def above(self, screen: Screen[None], keys: Sequence[Binding], least: int) -> LessonBeside:
        """The same beside a screen above."""
        return LessonBeside(screen, self._lessons, keys, least)

    @property
    def has_waited(self) -> bool:
        """Whether what the step waits for has come true, so that the lesson may go on."""
        page = self._lessons.page
        return page is not None and page.step.wait is not None and not (page.waits or page.asks)

    def plan(self, plan: Plan) -> Plan:
        """Where everything goes: what the screen shows in the room that the text leaves."""

        def beside(width: int, height: int) -> Arrangement:
            return plan_beside(plan, width, height, self._least) if self.panel.page else plan(width, height)

        return beside

    def show(self) -> None:
        """Show the step that is on now."""
        self.panel.page = page = self._lessons.page
        self._screen.query_one(StatusPanel).withholds = page is not None and page.withholds_metrics

    def obey(self, key: str) -> bool:
        """Do what a key that the screen has no use for does in the lesson; whether it does anything.

        A step that is left has its keys on the dashboard: the screen closes.
        """
        keymap, before = keymap_of(self._screen.app), self._lessons.page
        if before is None:
            return False
        bindings = keymap.applied((*LESSON_BINDINGS, *DASHBOARD_BINDINGS))
        action = next((binding.action for binding in bindings if binding.key == key), "")
        if action not in ("lesson_next", "lesson_back", *_CHOICES):
            return False
        if action in _CHOICES:
            self._lessons.answer_question(_CHOICES[action])
        elif action == "lesson_back":
            self._lessons.action_lesson_back()
        elif not self.panel.scroll_pages(1):
            self._lessons.go_on()
        page = self._lessons.page
        if page is not None and (page.lesson, page.index) == (before.lesson, before.index):
            self.show()
        elif self._screen.is_current:
            self._screen.dismiss()
        return True


def plan_beside(plan: Plan, width: int, height: int, least: int) -> Arrangement:
    """The text on the left, or above where that leaves less than this width; status and keys have all of it."""
    text, rows = lesson_width(width), min(_TEXT_ROWS, height * 2 // 5)
    is_above = width - text < least
    if is_above and rows < _LEAST_ROWS:
        return plan(width, height)
    placed = plan(width, height - rows) if is_above else plan(width - text, height)
    top, keys = (placed[name].height if name in placed else 0 for name in (STATUS, KEYS))
    lesson = Region(0, top, width, rows) if is_above else Region(0, top, text, height - top - keys)
    bars = {STATUS: Region(0, 0, width, top), KEYS: Region(0, height - keys, width, keys)}
    shift = (0, rows) if is_above else (text, 0)
    return {LESSON: lesson, **{name: bars.get(name, region.translate(shift)) for name, region in placed.items()}}
