"""The text of a lesson in the little Markdown that it needs, and how far the learner has come in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from rich.cells import cell_len, chop_cells
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip

from tuinet.lessons.lesson import Page, Prediction
from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.spelling import as_ascii
from tuinet.tui.draw.text import Piece, ink, row, shorten, width_of
from tuinet.tui.keys import Keymap, keymap_of
from tuinet.tui.panels.base import Entry, Label, ScrollingPanel
from tuinet.tui.style.theme import Theme

Line = list[Piece]

_INLINE: Final = re.compile(r"(\*\*.{1,300}?\*\*|`.{1,300}?`|\*[^\s*](?:.{0,300}?[^\s*])?\*)")
"""Emphasis has an end within some lines: a mark without one is not looked for through all of a text."""
_ITEM: Final = re.compile(r"(\s*)([-*]|\d+\.)\s+(.*)")
_FENCE: Final = "```"
_BULLET: Final = "–"


def markdown_lines(text: str, theme: Theme, width: int) -> list[Line]:
    """Paragraphs, lists, quotations and blocks of code, a blank line between two of them.

    Textual's ``Markdown`` takes 34 ms to import and 25 ms or more for what takes less than one here.
    """
    lines: list[Line] = []
    was_item = False
    for block in _blocks(text):
        is_item = bool(_ITEM.match(block[0]))
        if lines and not (is_item and was_item):
            lines.append([])
        lines += _block_lines(block, theme, width)
        was_item = is_item
    return lines


def paragraph_lines(text: str, theme: Theme, width: int, first: Line | None = None, indent: int = 0) -> list[Line]:
    """One paragraph, wrapped; its rows after the first are indented.

    Parameters
    ----------
    first
        What stands at its beginning, as wide as the indent.
    """
    margin: Line = [(" " * indent, theme.inks.blank)] if indent else []
    wrapped = _wrapped(_words(text, theme), max(width - indent, 1), theme.inks.blank)
    begin = margin if first is None else first
    return [[*(begin if index == 0 else margin), *line] for index, line in enumerate(wrapped)]


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: a block of code with its fences, an item of a list, a paragraph."""
    block: list[str] = []
    for line in text.splitlines():
        is_code = bool(block) and block[0].startswith(_FENCE)
        is_fence = line.startswith(_FENCE)
        if block and not is_code and (is_fence or not line.strip() or _ITEM.match(line)):
            yield block
            block = []
        if line.strip() or is_code:
            block.append(line)
        if is_code and is_fence:
            yield block
            block = []
    if block:
        yield block


def _block_lines(block: Sequence[str], theme: Theme, width: int) -> list[Line]:
    if block[0].startswith(_FENCE):
        return [[("  " + line, theme.inks.curve)] for line in block[1:] if not line.startswith(_FENCE)]
    if item := _ITEM.match(block[0]):
        mark = _BULLET if item[2] in "-*" else item[2]
        text = " ".join([item[3], *(line.strip() for line in block[1:])])
        return paragraph_lines(text, theme, width, [(f"{mark} ", theme.inks.axis)], cell_len(mark) + 1)
    if block[0].startswith(">"):
        text = " ".join(line.lstrip("> ") for line in block)
        return [[("│ ", theme.inks.axis), *line] for line in paragraph_lines(text, theme, width - 2)]
    return paragraph_lines(" ".join(line.strip() for line in block), theme, width)


def _words(text: str, theme: Theme) -> list[list[Piece]]:
    """Words, each of pieces: a word may be emphasized in part."""
    words: list[list[Piece]] = [[]]
    for index, part in enumerate(_INLINE.split(text)):
        bare, style = _emphasized(part, theme) if index % 2 else (part, theme.inks.text)
        for number, word in enumerate(re.split(r"\s+", bare)):
            if number:
                words.append([])
            if word:
                words[-1].append((word, style))
    return [word for word in words if word]


def _emphasized(part: str, theme: Theme) -> Piece:
    """Without its marks, in their style."""
    if part.startswith("**"):
        return part[2:-2], theme.inks.strong
    is_code = part.startswith("`")
    return part[1:-1], ink(theme.accent if is_code else theme.title, theme.background, bold=is_code)


def _wrapped(words: Sequence[Sequence[Piece]], width: int, blank: Style) -> list[Line]:
    lines: list[Line] = [[]]
    used = 0
    for word in (part for whole in words for part in _broken(whole, width)):
        size = width_of(word)
        if used and used + 1 + size > width:
            lines.append([])
            used = 0
        if used:
            before = lines[-1][-1][1]
            # Within emphasized words a space has their style, so that they are one run.
            lines[-1].append((" ", before if before == word[0][1] else blank))
        lines[-1] += word
        used += size + bool(used)
    return lines


def _broken(word: Sequence[Piece], width: int) -> list[Sequence[Piece]]:
    """A word that is wider than the row, in parts that are not."""
    if width_of(word) <= width:
        return [word]
    return [[(part, style)] for text, style in word for part in chop_cells(text, width)]


DO: Final = "▸"
WAITS: Final = "○"
DONE: Final = "✓"
CHOSEN: Final = "●"
_MARGIN: Final = 1


_RULE: Final = "╌"
_LEAST_ROWS: Final = 3
"""Rows of text above what stays in sight; where there is no room for them, all of it scrolls."""


class LessonPanel(ScrollingPanel):
    """As much of a step as fits, from the row that it was scrolled to; what is asked or to be done stays in sight."""

    HEADING = "lesson"
    MANUAL = "41-lessons.md"
    FOLLOWS = ("page",)
    OVERLAP = 2
    page: reactive[Page | None] = reactive(None, repaint=False)
    _keeps_to_end = False
    _kept = 0
    """Rows at the bottom that stay in sight, with the rule above them."""

    @property
    def lines_shown(self) -> int:
        """See `ScrollingPanel`."""
        return max(super().lines_shown - self._kept, 0)

    @property
    def has_more(self) -> bool:
        """Whether there is text below what is in sight."""
        return self._top + self.lines_shown < self._total

    def title(self, frame: Frame, theme: Theme) -> str:
        """The lesson."""
        if self.page is None:
            return ""
        title = as_ascii(self.page.lesson.title) if theme.spells else self.page.lesson.title
        return shorten(title, self.edge)

    def legend(self, frame: Frame, theme: Theme) -> Label:
        """Which step it is, and what the next key does."""
        if self.page is None:
            return ""
        axis, accent = theme.inks.axis, theme.inks.key
        step = f"step {self.page.index + 1} of {len(self.page.lesson.steps)} · " if self.page.lesson.name else ""
        key, does = self.way_on(self.page, keymap_of(self.app))
        return (("" if self.page.insisted else step, axis), (key, accent), (f" {does}", axis))

    def way_on(self, page: Page, keymap: Keymap) -> tuple[str, str]:
        """The key that leads on, and what it does."""
        return ("enter", "more") if self.has_more and not page.asks else next_key(page, keymap)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The rows in sight: those of the text, and below a rule those that stay."""
        if self.page is None:
            return []
        page = in_ascii(self.page) if theme.spells else self.page
        room = max(width - 2 * _MARGIN, 1)
        text, kept = page_parts(page, theme, room)
        lines = joined([text, kept])
        is_split = bool(kept) and len(lines) > height >= len(kept) + 1 + _LEAST_ROWS
        self._kept = len(kept) + 1 if is_split else 0
        lines = text if is_split else lines
        if self._keeps_to_end:
            self._top = len(lines)
        shown = [*self.in_sight(lines, height - self._kept)]
        if is_split:
            shown += [self._rule(theme, room), *kept]
        margin = (" " * _MARGIN, theme.inks.blank)
        return [row([margin, *line], width, theme.inks.blank) for line in shown]

    def _rule(self, theme: Theme, width: int) -> Line:
        """Below the text; where a question's keys stand in the frame, it names the one that shows more."""
        assert self.page is not None
        if not (self.has_more and self.page.asks):
            return [(_RULE * width, theme.inks.border)]
        label: Line = [(" enter", theme.inks.key), (" more ", theme.inks.axis)]
        dashes = max(width - width_of(label) - 1, 0)
        return [(_RULE * dashes, theme.inks.border), *label, (_RULE, theme.inks.border)]

    def watch_page(self, before: Page | None, page: Page | None) -> None:
        """Begin another step at its top, and show what is new in the same one."""
        if before is None or page is None or (before.lesson, before.index) != (page.lesson, page.index):
            self._top, self._keeps_to_end = 0, False
        elif (page.explains and not before.explains) or (before.asks and not page.asks):
            self._keeps_to_end = True
        self.update_cells()

    def scroll_rows(self, rows: int) -> bool:
        """See `ScrollingPanel`."""
        self._keeps_to_end = False
        return super().scroll_rows(rows)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        yield [(DO, theme.inks.key)], "Something to do."
        yield [(WAITS, theme.inks.wrong)], "The lesson waits for this to come true."
        yield (
            [(DONE, ink(theme.curve, theme.background, bold=True))],
            "It has come true; beside an answer, the right one.",
        )
        yield [(CHOSEN, theme.inks.key)], "What you have predicted."


def in_ascii(page: Page) -> Page:
    """Spell the formulas and words of a step in ASCII, before they are wrapped."""
    lesson, step, asked = page.lesson, page.step, page.step.prediction
    if asked is not None:
        choices = tuple(map(as_ascii, asked.choices))
        asked = replace(asked, question=as_ascii(asked.question), choices=choices, because=as_ascii(asked.because))
    words: dict[str, Any] = {name: as_ascii(getattr(step, name)) for name in ("title", "text", "do", "wait_for")}
    spelled = replace(step, prediction=asked, **words)
    steps = (*lesson.steps[: page.index], spelled, *lesson.steps[page.index + 1 :])
    return replace(page, lesson=replace(lesson, steps=steps))


def next_key(page: Page, keymap: Keymap) -> tuple[str, str]:
    """The key that leads on, and what it does."""
    if page.asks and page.step.prediction is not None and not page.insisted:
        last = len(page.step.prediction.choices) - 1
        return f"{keymap.name('zoom(0)')}-{keymap.name(f'zoom({last})')}", "answer"
    if page.led_by:
        return WAITS, page.led_by
    if page.insisted:
        return "enter", "again goes on anyway"
    if page.waits:
        return WAITS, "waiting"
    if page.leads_to is not None:
        return "enter", "next lesson"
    return ("esc", "leave, the end") if page.is_last else ("enter", "next")


def page_parts(page: Page, theme: Theme, width: int) -> tuple[list[Line], list[Line]]:
    """The text, and what has to be in sight whatever its length: a question with its choices, or else a task."""
    step, asked = page.step, page.step.prediction
    heading = [[(piece, theme.inks.heading) for piece, _ in line] for line in paragraph_lines(step.title, theme, width)]
    question = _question(page, asked, theme, width) if asked else []
    text = [heading, markdown_lines(step.text, theme, width)]
    if page.asks:
        return joined(text), question
    task = _task(page, theme, width)
    if asked is None or not page.explains:
        return joined([*text, question]), joined([task, _outlook(page, theme, width)])
    return joined(
        [*text, question, task, markdown_lines(asked.because, theme, width), _outlook(page, theme, width)]
    ), []


def _outlook(page: Page, theme: Theme, width: int) -> list[Line]:
    """At the end, which lesson follows."""
    if page.leads_to is None or page.asks or page.waits:
        return []
    return paragraph_lines(f"Next lesson: **{page.leads_to}**", theme, width)


def joined(parts: Iterable[list[Line]]) -> list[Line]:
    """One below the other, with a blank line between two."""
    lines: list[Line] = []
    for part in filter(None, parts):
        lines += [[], *part] if lines else part
    return lines


def _question(page: Page, prediction: Prediction, theme: Theme, width: int) -> list[Line]:
    """The question and its choices: which was chosen, and, when it is time, which is right."""
    lines = paragraph_lines(f"**{prediction.question}**", theme, width)
    for number, choice in enumerate(prediction.choices, start=1):
        mark = CHOSEN if number == page.answer else " "
        right = f" *{DONE} right*" if page.explains and number == prediction.answer else ""
        first: Line = [(f"{mark} ", theme.inks.key), (f"{number} ", theme.inks.key if page.asks else theme.inks.axis)]
        lines += paragraph_lines(choice + right, theme, width, first, 4)
    return lines


def _task(page: Page, theme: Theme, width: int) -> list[Line]:
    """The task of a step, and the condition that it waits for."""
    step, lines = page.step, []
    if step.do:
        lines += paragraph_lines(step.do, theme, width, [(f"{DO} ", theme.inks.key)], 2)
    if step.wait is not None:
        mark, colour = (DONE, theme.curve) if page.is_done else (WAITS, theme.warning)
        words = step.wait_for or f"`{step.wait.source}`"
        lines += paragraph_lines(words, theme, width, [(f"{mark} ", ink(colour, theme.background, bold=True))], 2)
    return lines
