"""A screen looks for frames as often as the terminal takes them, and as rarely as the runner wants."""

from __future__ import annotations

from tests.factories import StubRunner, make_frame
from tests.tui.test_app import DARK, LIGHT
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard


class RareRunner(StubRunner):
    """Wants to be asked as rarely as the test says."""

    seconds = 0.0

    @property
    def frame_seconds(self) -> float:
        return self.seconds


async def test_a_runner_that_wants_to_be_asked_rarely_is() -> None:
    runner = RareRunner(make_frame())
    app = TuinetApp(runner, DARK, (DARK, LIGHT))
    async with app.run_test(size=(80, 24)):
        dashboard = app.screen
        assert isinstance(dashboard, Dashboard)
        usual, timer = dashboard._turn_seconds, dashboard._turns
        for seconds, expected in ((2.5, 2.5), (usual / 2, usual), (0.0, usual)):
            runner.seconds = seconds
            dashboard._poll_in_turn()
            assert dashboard._turn_seconds == expected
        assert dashboard._turns is not timer
        before = dashboard._turns
        dashboard._poll_in_turn()
        assert dashboard._turns is before
