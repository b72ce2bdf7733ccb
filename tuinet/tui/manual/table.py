"""A table of the manual, in whole words at every width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets._markdown import MarkdownTable

from tuinet.manual.plain import column_widths

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
