"""Pictures of the map as poor terminals show it; after a change that is meant, run with --snapshot-update."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.tui.app import TuinetApp
from tuinet.tui.style.theme import find_theme
from tuinet.tui.terminal.detect import Colours, Glyphs, Terminal

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def app(colours: Colours, glyphs: Glyphs, classes: int) -> TuinetApp:
    snapshot = make_snapshot(outputs=classes if classes > 2 else 1)
    dark = find_theme("dark")
    return TuinetApp(StubRunner(make_frame(snapshot)), dark, [dark], Terminal(colours, glyphs))


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(("colours", "glyphs"), [("16", "unicode"), ("none", "unicode"), ("none", "ascii")])
def test_the_map(snap_compare: Compare, colours: Colours, glyphs: Glyphs, classes: int) -> None:
    assert snap_compare(app(colours, glyphs, classes), press=["1"], terminal_size=(80, 24))


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "question_mark", "m", "e", "ctrl+p"])
async def test_every_screen_is_ascii_and_without_colours(key: str) -> None:
    async with app("none", "ascii", 3).run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        assert all(strip.text.isascii() for strip in strips)
        styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
        assert not [style for style in styles if style.color is not None or style.bgcolor is not None]
