"""A page of the manual as plain text, for pipes, pagers and terminals without a screen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from textwrap import TextWrapper
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from tuinet.manual.pages import Page, page_of
from tuinet.terminal_text import aligned, cells_of

WIDTH: Final = 80
_CODE_INDENT: Final = "    "
_GAP: Final = "  "
_UNDERLINES: Final = {"h1": "=", "h2": "-"}
_LEAST_COLUMN: Final = 8


def parser() -> MarkdownIt:
    """What reads the Markdown of the manual: CommonMark and tables."""
    return MarkdownIt("commonmark").enable("table")


def plain_text(page: Page, width: int = WIDTH) -> str:
    """A page without markup, in lines of at most so many characters; only code can be longer."""
    blocks = (_block(node, width) for node in SyntaxTreeNode(parser().parse(page.text)).children)
    return "\n\n".join("\n".join(block) for block in blocks)


def _block(node: SyntaxTreeNode, width: int) -> list[str]:
    if node.type == "heading":
        words = _inline(node)
        return [words, _UNDERLINES[node.tag] * cells_of(words)] if node.tag in _UNDERLINES else [words]
    if node.type == "fence":
        return [f"{_CODE_INDENT}{line}".rstrip() for line in node.content.rstrip("\n").split("\n")]
    if node.type in ("bullet_list", "ordered_list"):
        return list(_items(node, width))
    if node.type == "table":
        return _table(node, width)
    return _wrapped(_inline(node), width)


def _items(node: SyntaxTreeNode, width: int) -> Iterator[str]:
    for number, item in enumerate(node.children, start=1):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        lines = [line for child in item.children for line in _block(child, width - len(mark))]
        yield mark + lines[0]
        yield from (" " * len(mark) + line for line in lines[1:])


def _inline(node: SyntaxTreeNode) -> str:
    """The words of a block; code keeps its backticks, a link to another page names it in brackets."""
    return "".join(_word(child) for inline in node.children for child in inline.children)


def _word(node: SyntaxTreeNode) -> str:
    if node.type == "code_inline":
        return f"`{node.content}`"
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type == "link":
        return "".join(map(_word, node.children)) + _reference(str(node.attrs["href"]))
    return "".join(map(_word, node.children)) if node.children else node.content


def _reference(target: str) -> str:
    file = target.partition("#")[0]
    page = page_of(file)
    return f" [{page.name}]" if page else f" <{target}>" if "://" in target else ""


@cache
def _wrapper(width: int) -> TextWrapper:
    return TextWrapper(max(width, 1), break_on_hyphens=False)


def _wrapped(text: str, width: int) -> list[str]:
    return _wrapper(width).wrap(text) or [""]


def _table(node: SyntaxTreeNode, width: int) -> list[str]:
    rows = [[_inline(cell) for cell in row.children] for part in node.children for row in part.children]
    widths = column_widths(rows, width - len(_GAP) * (len(rows[0]) - 1))
    lines = [_row(row, widths) for row in rows]
    rule = _GAP.join("-" * column for column in widths)
    spaced = any(len(row) > 1 for row in lines)
    body = [line for row in lines[1:] for line in (*row, *([""] if spaced else []))]
    return [*lines[0], rule, *body][: -1 if spaced else None]


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    padded = [[*column, *[""] * (height - len(column))] for column in columns]
    lines = zip(*padded, strict=True)
    return [
        _GAP.join(aligned(part, width, is_left=True) for part, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def column_widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide the columns of a table are in so much room: those with little text give way first, but for whole words.

    Parameters
    ----------
    rows
        Texts of cells, one for each column.
    room
        Characters for all columns together.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(cells_of, column)) for column in columns]
    words = [max((cells_of(word) for cell in column for word in cell.split()), default=1) for column in columns]
    shares = [math.sqrt(1 + sum(map(cells_of, column))) for column in columns]
    while sum(widths) > room:
        able = [index for index, width in enumerate(widths) if width > words[index]]
        able = able or [index for index, width in enumerate(widths) if width > min(_LEAST_COLUMN, *widths)]
        if not able:
            break
        widest = max(able, key=lambda index: widths[index] / shares[index])
        widths[widest] -= 1
    return widths
