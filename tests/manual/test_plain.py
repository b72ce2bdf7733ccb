"""Pages as plain text."""

from __future__ import annotations

import re

import pytest

from tuinet.manual.pages import Page, pages
from tuinet.manual.plain import WIDTH, column_widths, plain_text
from tuinet.terminal_text import cells_of


def plain(text: str, width: int = WIDTH) -> list[str]:
    return plain_text(Page("11-a-page.md", text), width).split("\n")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_fits_but_for_code(page: Page) -> None:
    text = plain_text(page)
    outside = re.sub(r"`[^`]*`|^    .*$", "", text, flags=re.MULTILINE)
    assert "\x1b" not in text and "](" not in outside and "**" not in outside
    assert [line for line in text.split("\n") if cells_of(line) > WIDTH and not line.startswith("    ")] == []


def test_text_is_wrapped_and_links_name_their_page() -> None:
    assert plain("# A title\n\nSee [the map](21-map.md#the-cursor), **now**, or `x`.", 24) == [
        "A title",
        "=======",
        "",
        "See the map [map], now,",
        "or `x`.",
    ]
    assert plain("An [address](https://example.org/a) and [here](#below).") == [
        "An address <https://example.org/a> and here."
    ]


def test_code_stands_as_it_is() -> None:
    assert plain("## Code\n\n```sh\na  b\n\n# c\n```") == ["Code", "----", "", "    a  b", "", "    # c"]


def test_lists_hang() -> None:
    assert plain("1. one two three\n2. four\n\n- five\n  - six", 10) == [
        "1. one two",
        "   three",
        "2. four",
        "",
        "- five",
        "  - six",
    ]


def test_tables_give_way_where_they_are_widest() -> None:
    table = "| a | words |\n|---|---|\n| `x` | one two three four |\n| y | z |"
    assert plain(table, 16) == [
        "a    words",
        "---  -----------",
        "`x`  one two",
        "     three four",
        "",
        "y    z",
    ]
    assert plain(table, 40)[2:] == ["`x`  one two three four", "y    z"]


def test_words_are_whole_as_long_as_there_is_room() -> None:
    rows = [["finding", "a very long sentence indeed"], ["unbreakable", "x"]]
    assert column_widths(rows, 60) == [11, 27]
    assert column_widths(rows, 20) == [11, 9]
    assert sum(column_widths(rows, 12)) <= 16
