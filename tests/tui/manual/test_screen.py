"""The manual on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.compare.factories import made_up_standing, xor_grid
from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.manual.pages import find_page, pages
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.launch import Display
from tuinet.tui.manual.app import ManualApp
from tuinet.tui.manual.screen import ManualScreen, SearchScreen
from tuinet.tui.manual.viewer import PageViewer, links_in
from tuinet.tui.screens.help import HelpScreen
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]


def text_of(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


@asynccontextmanager
async def opened(
    topic: str = "contents", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], PageViewer]]:
    app = ManualApp(find_page(topic), Display(frames_per_second=20))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.screen.query_one(PageViewer)


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    """Let the application work until something is so: a page is made in several turns."""
    for _ in range(50):
        if is_so():
            return
        await pilot.pause()
    assert is_so(), text_of(pilot)


def top_of(pilot: Pilot[None]) -> str:
    return "\n".join(text_of(pilot).split("\n")[:4])


def targets(viewer: PageViewer) -> set[str]:
    return {link.target for link in links_in(viewer.document)}


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36)], ids=str)
async def test_every_page_is_drawn_and_none_is_too_wide(size: tuple[int, int]) -> None:
    async with opened(size=size) as (pilot, viewer):
        for page in pages():
            await viewer.go(page.file)
            await until(pilot, lambda page=page: page.title.split()[0] in top_of(pilot))  # type: ignore[misc]
            assert viewer.max_scroll_x == 0
            await until(pilot, lambda page=page: targets(viewer) >= {to for _, to in page.links})  # type: ignore[misc]


async def test_links_are_marked_in_their_order_and_followed() -> None:
    async with opened() as (pilot, viewer):
        await press(pilot, "tab", "tab", "shift+tab", "tab")
        await press(pilot, "enter")
        assert viewer.page is find_page("screen")
        assert viewer.scroll_y == 0
        await press(pilot, "backspace")
        assert viewer.page.name == "contents"
        await press(pilot, "b")
        assert viewer.page.name == "contents"


async def test_a_link_leads_to_its_heading_and_back_is_where_it_was() -> None:
    async with opened("screen") as (pilot, viewer):
        await press(pilot, "tab", "tab", "tab")
        await press(pilot, "enter")
        assert viewer.page.name == "panels"
        await until(pilot, lambda: "Weights and biases" in top_of(pilot))
        viewer.scroll_to(y=3, animate=False)
        await press(pilot, "c", "b")
        await until(pilot, lambda: (viewer.page.name, viewer.scroll_y) == ("panels", 3))


async def test_a_mark_is_brought_in_sight_and_survives_no_resize() -> None:
    async with opened("remedies") as (pilot, viewer):
        before = text_of(pilot)
        await press(pilot, "shift+tab")
        assert viewer.scroll_y > 0
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        viewer.scroll_home(animate=False)
        await pilot.pause()
        assert text_of(pilot) == before


async def test_pages_are_turned() -> None:
    async with opened() as (pilot, viewer):
        await press(pilot, "n", "n", "p")
        assert viewer.page is pages()[1]
        await press(pilot, "G")
        assert viewer.scroll_y == viewer.max_scroll_y > 0
        await press(pilot, "g", "space")
        assert viewer.scroll_y == viewer.size.height - 1
        await press(pilot, "question_mark")
        assert viewer.page.name == "contents"


@pytest.mark.parametrize(("size", "is_shown"), [((80, 24), False), ((120, 36), True)], ids=str)
async def test_the_outline_stands_beside_where_there_is_room(size: tuple[int, int], is_shown: bool) -> None:
    async with opened("train", size) as (pilot, viewer):
        assert viewer.table_of_contents.display is is_shown
        await press(pilot, "o")
        assert viewer.table_of_contents.display is not is_shown
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert viewer.table_of_contents.display is not is_shown


async def test_a_search_lists_places_and_goes_to_the_chosen_one() -> None:
    async with opened() as (pilot, viewer):
        await press(pilot, "slash")
        assert isinstance(pilot.app.screen, SearchScreen)
        await press(pilot, *"portable", "space", *"bits")
        found = pilot.app.screen.query_one(OptionList)
        assert found.option_count > 0 and found.highlighted == 0
        assert pilot.app.screen.query_one(Input).value == "portable bits"
        await press(pilot, "enter")
        await until(pilot, lambda: viewer.page.name == "train" and "The same numbers again" in text_of(pilot))
        await press(pilot, "slash", "escape")
        assert viewer.page.name == "train" and isinstance(pilot.app.screen, ManualScreen)


async def test_a_search_that_finds_nothing_says_so() -> None:
    async with opened() as (pilot, viewer):
        await press(pilot, "slash", *"xyzzy")
        assert "nothing is found" in text_of(pilot)
        await press(pilot, "down", "up", "pagedown", "enter")
        assert isinstance(pilot.app.screen, SearchScreen)
        await press(pilot, "escape")
        assert viewer.page.name == "contents"


async def test_keys_without_a_use_say_so() -> None:
    async with opened("glossary") as (pilot, viewer):
        await press(pilot, "enter")
        assert "tab marks a link" in text_of(pilot)
        await press(pilot, "tab")
        assert "this page has no links" in text_of(pilot)
        await press(pilot, "n")
        assert viewer.page.name == "glossary"
        assert "esc close" in text_of(pilot)


def dashboard() -> TuinetApp:
    return TuinetApp(StubRunner(make_frame(make_snapshot())), DARK, [DARK, LIGHT])


@pytest.mark.parametrize(
    ("keys", "page", "heading"),
    [
        ((), "screen", "The screen"),
        (("2",), "panels", "Loss"),
        (("6",), "panels", "Hidden space"),
        (("1", "tab"), "map", "The map"),
        (("M",), "starts", "Many starts"),
        (("e",), "settings", "What can be changed"),
        (("m",), "microscope", "The microscope"),
    ],
)
async def test_help_leads_to_the_page_about_what_has_the_keys(keys: tuple[str, ...], page: str, heading: str) -> None:
    async with dashboard().run_test(size=(80, 24)) as pilot:
        await press(pilot, *keys)
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert text_of(pilot).split("\n")[-1].startswith(" m manual")
        await press(pilot, "m")
        assert isinstance(pilot.app.screen, ManualScreen)
        assert pilot.app.screen.viewer.page.name == page
        await until(pilot, lambda: heading in top_of(pilot))
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, HelpScreen)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_help_of_a_comparison_leads_to_its_page() -> None:
    grid = xor_grid()
    app = CompareApp(grid, lambda: made_up_standing(grid, 3), "2 processes", DARK, [DARK, LIGHT])
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "question_mark", "m")
        assert isinstance(pilot.app.screen, ManualScreen)
        assert pilot.app.screen.viewer.page.name == "compare"


async def test_the_palette_opens_it() -> None:
    async with dashboard().run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        command = next(one for one in pilot.app.get_system_commands(pilot.app.screen) if one.title == "Manual")
        command.callback()
        await pilot.pause()
        assert type(pilot.app.screen) is ManualScreen
        await press(pilot, "q")
        assert len(pilot.app.screen_stack) == 1


async def test_the_theme_changes_its_colours() -> None:
    async with dashboard().run_test(size=(80, 24)) as pilot:
        await press(pilot, "question_mark", "m", "t")
        assert isinstance(pilot.app.screen, ManualScreen)
        assert "theme light" in text_of(pilot)
        await press(pilot, "n")
        background = pilot.app.screen.viewer.document.styles.background
        assert background.hex.lower() == LIGHT.background.lower()
