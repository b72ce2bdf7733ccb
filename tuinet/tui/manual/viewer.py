"""Textual's viewer of Markdown on the pages of the manual: links by keys, the way back, plain colours, whole tables."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import PurePath
from typing import Any, Final

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.style import Style
from textual.widgets import Markdown, MarkdownViewer, Static, Tree
from textual.widgets._markdown import MarkdownTable
from textual.widgets.markdown import MarkdownFence, MarkdownTableOfContents

from tuinet.manual.pages import Page, neighbour, page_of
from tuinet.manual.plain import column_widths, parser

_GAP: Final = "  "
_HEADING: Final = "bold"
_RULE: Final = "$secondary"


class PageTable(MarkdownTable):
    """One text in columns: Textual's, which has a widget for each cell, cuts words, and takes a second for 300."""

    _width = 0

    def compose(self) -> ComposeResult:
        """Nothing: it draws itself."""
        self._headers, self._rows = self._get_headers_and_rows()
        return iter(())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """See `textual.widget.Widget`; the columns are fitted to the width that is to be drawn."""
        if width != self._width:
            self._width = width
            self.update(table_text(self._headers, self._rows, width), layout=False)
        return len(str(self.content).split("\n"))


def table_text(headers: Sequence[Content], rows: Sequence[Sequence[Content]], width: int) -> Content:
    """A table as one text: a row of headings, a rule, and the rows, apart where one of them takes several lines."""
    texts = [[cell.plain for cell in row] for row in (headers, *rows)]
    widths = column_widths(texts, width - len(_GAP) * (len(headers) - 1))
    drawn = [list(_lines(row, widths)) for row in rows]
    head = [line.stylize(_HEADING) for line in _lines(headers, widths)]
    rule = Content(_GAP.join("─" * column for column in widths)).stylize(_RULE)
    apart = [Content("")] if any(len(row) > 1 for row in drawn) else []
    body = [line for row in drawn for line in (*row, *apart)]
    return Content("\n").join([*head, rule, *body])


def _lines(cells: Sequence[Content], widths: Sequence[int]) -> Iterator[Content]:
    columns = [cell.wrap(width) if cell else [cell] for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=Content("")):
        padded = [part.pad_right(width - part.cell_length) for part, width in zip(parts, widths, strict=True)]
        yield Content(_GAP).join(padded).rstrip()


_COMMENTS: Final = {"sh": "#", "toml": "#", "python": "#"}
_CHOSEN: Final = Style(reverse=True, bold=True)
_CLICK: Final = "@click"
_ABOVE: Final = 2
"""Rows that stay in sight above a link."""


class CodeBlock(MarkdownFence):
    """A block of code in the colour of the text; only comments differ."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """See `textual.widgets.markdown.MarkdownFence`; no colours that a terminal might not have."""
        mark, spans, lines = _COMMENTS.get(language), [], code.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
        for start, line in zip(starts, lines, strict=True):
            found = 0 if line.startswith(f"{mark} ") else line.find(f" {mark} ") if mark else -1
            if mark and found >= 0:
                spans.append((start + found, start + len(line)))
        content = Content(code)
        for first, last in spans:
            content = content.stylize("$secondary", first, last)
        return content


class PageText(Markdown):
    """The text of a page."""

    BULLETS = ["– "]
    BLOCKS = {**Markdown.BLOCKS, "fence": CodeBlock, "code_block": CodeBlock, "table_open": PageTable}


class Outline(MarkdownTableOfContents):
    """The headings of a page."""

    def rebuild_table_of_contents(self, table_of_contents: Any) -> None:
        """See `textual.widgets.markdown.MarkdownTableOfContents`, which numbers levels by rare characters."""
        tree = self.query_one(Tree)
        tree.clear()
        tree.show_guides = False
        tree.guide_depth = 2
        for level, name, block in table_of_contents:
            tree.root.add_leaf("  " * (level - 1) + name, {"block_id": block})


class PageViewer(MarkdownViewer):
    """Shows a page, and others that its links lead to.

    Parameters
    ----------
    page
        The first page.
    anchor
        Of a heading on it; empty for its top.
    """

    class LedOut(Message):
        """A link leads to no page."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self, page: Page, anchor: str = "") -> None:
        super().__init__(with_next(page), show_table_of_contents=False, parser_factory=parser, open_links=False)
        self.page = page
        self._wanted: str | float = anchor
        """The heading, or the row, that is to be seen once the page is there."""
        self._before: list[tuple[Page, float]] = []
        self._chosen: Link | None = None

    def compose(self) -> ComposeResult:
        """See `textual.widgets.MarkdownViewer`."""
        text = PageText(parser_factory=parser, open_links=False)
        text.can_focus = True
        yield text
        yield Outline(text)

    async def go(self, location: str | PurePath) -> None:
        """Show a page, as a link names it, and keep where this one was."""
        file, _, anchor = str(location).partition("#")
        page = page_of(file) if file else self.page
        if page is None:
            self.post_message(self.LedOut(str(location)))
            return
        self._before.append((self.page, self.scroll_y))
        await self._show(page, anchor)

    async def back(self) -> None:
        """Show the page before, where it was."""
        if self._before:
            await self._show(*self._before.pop())

    async def turn(self, step: int) -> None:
        """Show the next page, or the one before it, in the order of the table of contents."""
        page = neighbour(self.page, step)
        if page is not None:
            await self.go(page.file)

    async def _show(self, page: Page, wanted: str | float) -> None:
        self._wanted, is_other, self.page = wanted, page is not self.page, page
        if not is_other:
            self._settle()
            return
        self._chosen = None
        await self.document.update(with_next(page))

    def on_markdown_table_of_contents_updated(self) -> None:
        """Go to what was asked for, now that the page is there."""
        if self.document.source == with_next(self.page):
            self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        wanted = self._wanted
        if isinstance(wanted, str) and wanted:
            self.document.goto_anchor(wanted)
        else:
            self.scroll_to(y=wanted or 0, animate=False)

    def choose_link(self, step: int) -> bool:
        """Mark the next link, or the one before it; the first time, the first one in sight. Whether there is one."""
        links = links_in(self.document)
        if not links:
            return False
        before = self._chosen
        index = self._place_in_sight(links, step) if before not in links else links.index(before) + step
        self.unmark()
        self._chosen = link = links[index % len(links)]
        marked = content_of(link.widget).stylize(_CHOSEN, link.first, link.last)
        link.widget.update(marked, layout=False)
        if not self._is_in_sight(link):
            self.scroll_to(y=max(self.scroll_y + link.row - self.region.y - _ABOVE, 0), animate=False)
        return True

    def _place_in_sight(self, links: Sequence[Link], step: int) -> int:
        """Which is the first one from the upper edge on, or the last one up to the lower edge."""
        if step > 0:
            return sum(link.row < self.region.y for link in links)
        return sum(link.row < self.region.bottom for link in links) - 1

    def _is_in_sight(self, link: Link) -> bool:
        return self.region.y <= link.row < self.region.bottom

    def unmark(self) -> None:
        """Mark no link any more."""
        link, self._chosen = self._chosen, None
        if link is not None and content_of(link.widget).plain == link.content.plain:
            link.widget.update(link.content, layout=False)

    def on_resize(self) -> None:
        """Mark no link: what stands around it may be drawn anew."""
        self.unmark()

    async def follow(self) -> bool:
        """Go where the chosen link leads; whether there was one."""
        if self._chosen is None:
            return False
        await self.go(self._chosen.target)
        return True


def with_next(page: Page) -> str:
    """The text of a page, with a link to the next one below it."""
    following = neighbour(page, 1)
    return page.text if following is None else f"{page.text}\n---\n\nNext: [{following.title}]({following.file})\n"


@dataclass(frozen=True)
class Link:
    """A link on a page."""

    widget: Static
    """In whose text it stands."""
    first: int
    last: int
    """From which character on, and up to which."""
    target: str
    content: Content = field(compare=False)
    """The text, without a mark."""

    @property
    def row(self) -> int:
        """The row of the screen in which it stands, or in which its paragraph begins."""
        return self.widget.region.y + self.content.plain.count("\n", 0, self.first)


def links_in(document: Markdown) -> list[Link]:
    """The links of a document in their order."""
    return [
        Link(widget, span.start, span.end, _target(span.style), content_of(widget))
        for widget in document.query(Static)
        for span in sorted(content_of(widget).spans, key=lambda span: span.start)
        if isinstance(span.style, Style) and _CLICK in span.style.meta
    ]


def content_of(widget: Static) -> Content:
    """The text of a widget; nothing where it has none of its own."""
    return widget.content if isinstance(widget.content, Content) else Content()


def _target(style: Style | str) -> str:
    """As in ``link('page.md')``."""
    assert isinstance(style, Style)
    return str(ast.literal_eval(str(style.meta[_CLICK]).removeprefix("link")))
