"""How often a screen looks for news, and draws them."""

from __future__ import annotations

import pytest

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import make_app
from tuinet.session.commands import Pause
from tuinet.tui.layout import MAP, STATUS
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.screens.base import PollingScreen

FEW = 3


def looks(screen: PollingScreen) -> bool:
    """Whether it looks in every turn now."""
    return screen._turns is not None and screen._turns._active.is_set()


@pytest.mark.parametrize(
    ("runner", "rests"),
    [
        (StubRunner(make_frame(running=False)), True),
        (StubRunner(make_frame(running=True)), False),
    ],
)
async def test_it_looks_seldom_where_nothing_has_come_for_a_while_until_a_key_is_pressed(
    runner: StubRunner, rests: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, PollingScreen)
        monkeypatch.setattr(PollingScreen, "IDLE_TURNS", FEW)
        pilot.app.answering_until = 0.0  # type: ignore[attr-defined]
        screen.wake()
        for _ in range(FEW):
            screen._poll_in_turn()
            assert looks(screen)
        screen._poll_in_turn()
        assert looks(screen) != rests
        await pilot.press("l")
        assert looks(screen)


async def test_it_does_not_rest_while_a_command_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = StubRunner(make_frame(running=False))
    runner.waiting = (Pause(),)
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, PollingScreen)
        monkeypatch.setattr(PollingScreen, "IDLE_TURNS", FEW)
        for _ in range(2 * FEW):
            screen._poll_in_turn()
        assert looks(screen)


async def test_a_map_that_has_looked_alike_for_a_while_is_drawn_as_seldom_as_numbers_and_at_once_after_a_command() -> (
    None
):
    runner = StubRunner(make_frame(make_snapshot(), running=True))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, PollingScreen)
        panel = screen.query_one(f"#{MAP}", CellPanel)
        for _ in range(12):
            runner.change(rate=runner.frame.rate + 1, obeyed=runner.frame.obeyed + 1)
            screen.poll()
            assert panel.frame is runner.frame
        assert panel.is_steady
        runner.change(rate=5.0)
        screen.poll()
        assert panel.frame is not runner.frame
        runner.change(obeyed=runner.frame.obeyed + 1)
        screen.poll()
        assert panel.frame is runner.frame
        assert screen.query_one(f"#{STATUS}", CellPanel).frame is runner.frame
