"""The pages: every one can be reached, every link is alive, and the right one is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual._slug import TrackedSlugs

from tests.manual.written import blocks
from tuinet.errors import TuinetError
from tuinet.manual.pages import CHAPTERS, FOLDER, Page, find_page, neighbour, page_of, pages, prose, search, slug
from tuinet.terminal_text import cells_of
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import panel_class
from tuinet.tui.panels.lesson import LessonPanel
from tuinet.tui.screens.base import PollingScreen
from tuinet.tui.screens.check import GradientCheckScreen
from tuinet.tui.screens.exercise import ExerciseScreen
from tuinet.tui.screens.microscope import MicroscopeScreen
from tuinet.tui.screens.rates import RatesScreen
from tuinet.tui.screens.settings import SettingsScreen
from tuinet.tui.screens.share import ShareScreen
from tuinet.tui.terminal.substitutes import ASCII

ROOT = Path(__file__).parents[2]
WIDTH = 100
MOST_LINES = 160
"""But for the table of all keys, which is made by a script."""
CODE_WIDTH = 76
"""Characters of a line of code that an 80 columns wide terminal shows in one row."""
each_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)


def anchors(page: Page) -> set[str]:
    unique = TrackedSlugs()
    return {unique.slug(section.heading) for section in page.sections}


def is_alive(page: Page, target: str) -> bool:
    file, _, anchor = target.partition("#")
    other = page_of(file) if file else page
    return other is not None and (not anchor or anchor in anchors(other))


def test_every_page_is_reached_by_links_from_the_contents() -> None:
    seen: set[str] = set()
    waiting = [pages()[0]]
    while waiting:
        page = waiting.pop()
        if page.file not in seen:
            seen.add(page.file)
            files = (target.partition("#")[0] for _, target in page.links)
            waiting += [found for file in files if file and (found := page_of(file))]
    assert seen == {page.file for page in pages()}


def test_every_file_is_a_page() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == {page.file for page in pages()[1:]}
    assert len({page.name for page in pages()}) == len(pages()) > 20
    assert all(page.file[0] in CHAPTERS for page in pages()[1:])


@each_page
def test_every_link_is_alive(page: Page) -> None:
    assert [target for _, target in page.links if not is_alive(page, target)] == []


@each_page
def test_every_script_and_module_that_is_named_is_there(page: Page) -> None:
    named = set(re.findall(r"(?<![\w/.])((?:scripts|tuinet|themes)/[\w/]*\w(?:\.\w+)?)", page.text))
    made = {"tuinet/tui/panels/largest.py"}  # by a recipe
    assert {name for name in named - made if not (ROOT / name).exists()} == set()


@each_page
def test_a_page_has_a_title_and_says_what_it_is_about(page: Page) -> None:
    title, blank, summary, *_ = page.text.split("\n")
    assert title == f"# {page.title}" and not blank
    assert page.summary == summary and summary.endswith(".") and len(summary) <= WIDTH
    assert not re.search(r"[`\[*]", summary)


@each_page
def test_headings_can_be_linked_to(page: Page) -> None:
    headings = [section.heading for section in page.sections]
    assert len(set(headings)) == len(headings)
    assert {slug(heading) for heading in headings} == anchors(page)
    assert all(re.fullmatch(r"[a-z0-9-]+", slug(heading)) for heading in headings)


@each_page
def test_a_page_is_not_too_long_and_not_too_wide(page: Page) -> None:
    lines = page.text.split("\n")
    assert len(lines) <= MOST_LINES or page.name == "panel-keys"
    assert [line for line in prose(page.text) if len(line) > WIDTH and not line.startswith(("|", "- ["))] == []


@each_page
def test_code_fits_a_terminal(page: Page) -> None:
    code = [block for language in ("sh", "text", "toml") for block in blocks(language, page.text)]
    assert [line for line in "".join(code).split("\n") if cells_of(line) > CODE_WIDTH] == []


@each_page
def test_every_glyph_has_a_likeness_in_ascii(page: Page) -> None:
    assert {glyph for glyph in page.text if not glyph.isascii() and "?" in glyph.translate(ASCII)} == set()


def test_what_has_the_keys_names_a_page_that_is_there() -> None:
    screens: tuple[type[PollingScreen], ...] = (PollingScreen, GradientCheckScreen, MicroscopeScreen, RatesScreen)
    screens += (ExerciseScreen, SettingsScreen, ShareScreen)
    named = [*(panel_class(name).MANUAL for name in PANELS), *(screen.MANUAL for screen in screens), LessonPanel.MANUAL]
    assert all(address and is_alive(pages()[0], address) for address in named)
    assert len({panel_class(name).MANUAL for name in PANELS}) == len(PANELS)


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        ("map", "map"),
        ("Map", "map"),
        ("micro", "microscope"),
        ("the first minute", "first-minute"),
        ("first_minute", "first-minute"),
        ("learning", "rates"),
        ("contents", "contents"),
        ("gloss", "glossary"),
    ],
)
def test_a_topic_is_a_name_a_beginning_or_a_word_of_a_title(topic: str, name: str) -> None:
    assert find_page(topic).name == name


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("scren", "'scren' is not a page of the manual; did you mean 'screen'?"),
        ("xyzzy", "'xyzzy' is not a page of the manual: contents, first-minute, screen,"),
        ("", "'' is not a page of the manual: contents"),
        ("co", "'co' could be contents or compare or"),
        ("keys", ""),
    ],
)
def test_what_is_no_topic_is_refused_with_the_nearest_names(topic: str, said: str) -> None:
    if not said:
        assert find_page(topic).name == "keys"
        return
    with pytest.raises(TuinetError) as refused:
        find_page(topic)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_pages_follow_one_another() -> None:
    every = pages()
    assert neighbour(every[0], -1) is None and neighbour(every[-1], 1) is None
    assert [neighbour(page, 1) for page in every[:-1]] == list(every[1:])


@pytest.mark.parametrize("words", ["learning rate", "socket", "--socket", "the", "space", "b"])
def test_what_is_found_reads_as_it_stands_with_the_words_in_sight(words: str) -> None:
    for hit in search(words):
        text, found = hit.around(50)
        assert len(text) <= 50 and "](" not in text and "**" not in text and "|--" not in text
        marked = {text[start:end].lower() for start, end in found}
        assert marked <= set(words.split())
        assert marked or not any(word.search(hit.line) for word in hit.words)
        cut = text.removeprefix("… ").removesuffix(" …")
        assert cut in hit.line
        place = hit.line.find(cut)
        assert place == 0 or hit.line[place - 1] == " ", "not in the middle of a word"


def test_a_passage_is_more_than_a_line_of_its_source() -> None:
    hit = next(hit for hit in search("other columns are passed over") if hit.page.name == "worksheets")
    assert "other columns are passed over." in hit.line
    assert hit.line.startswith("The table has the columns student, question and answer")


def test_a_search_finds_titles_then_headings_then_text() -> None:
    hits = search("MICROSCOPE")
    assert hits[0].address == "23-microscope.md#the-microscope"
    assert {hit.page.name for hit in hits} > {"microscope", "stepping", "lessons"}
    assert all("microscope" in " ".join([hit.section.heading, *hit.section.lines]).casefold() for hit in hits)
    in_heading = ["microscope" in hit.section.heading.casefold() for hit in hits]
    assert in_heading == sorted(in_heading, reverse=True)
    assert search("loss")[0].section.heading == "Loss"  # not in the middle of Glossary
    assert any("learning_rate" in hit.line for hit in search("rate"))
    assert search("   ") == [] and search("no such words anywhere") == []


def test_a_search_wants_all_words_in_one_section_and_shows_the_line() -> None:
    hits = search("momentum ravine")
    assert hits and all({"momentum", "ravine"} <= set(re.findall(r"\w+", _text(hit))) for hit in hits)
    (wilson, *_) = search("interval is wilson")
    assert wilson.page.name == "starts" and "interval is Wilson's (1927)" in wilson.line


def _text(hit: object) -> str:
    section = hit.section  # type: ignore[attr-defined]
    return " ".join([section.heading, *section.lines]).casefold()


def test_every_address_that_is_found_is_alive() -> None:
    assert all(is_alive(hit.page, hit.address) for word in ("the", "key", "loss") for hit in search(word))
