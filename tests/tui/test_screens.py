"""Pictures of the screens; after a change that is meant, look at the report and run with --snapshot-update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]
Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def app(**changes: Any) -> TuinetApp:
    snapshot = make_snapshot(**changes)
    return TuinetApp(StubRunner(make_frame(snapshot)), DARK, [DARK, LIGHT])


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_dashboard(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size)


def test_a_deep_network(snap_compare: Compare) -> None:
    assert snap_compare(app(hidden=(8, 8, 4), activation="tanh"), terminal_size=(80, 24))


def test_a_finding(snap_compare: Compare) -> None:
    findings = (Finding("stuck", "stuck on a plateau: press r to reinitialize"),)
    assert snap_compare(app(findings=findings), terminal_size=(80, 24))


def test_light(snap_compare: Compare) -> None:
    async def press(pilot: Pilot[None]) -> None:
        await pilot.press("t", "l")
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        # The second key outdates what the first one has said.
        dashboard.poll(at_once=True)
        await pilot.pause()

    assert snap_compare(app(), run_before=press, terminal_size=(80, 24))


def test_four_inputs(snap_compare: Compare) -> None:
    assert snap_compare(app(inputs=4), terminal_size=(80, 24))


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (30, 8)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_help_and_small_terminals(snap_compare: Compare, size: tuple[int, int]) -> None:
    press = ["question_mark"] if size == (80, 24) else []
    assert snap_compare(app(), press=press, terminal_size=size)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_microscope(snap_compare: Compare, size: tuple[int, int]) -> None:
    session = Session(Experiment())
    for _ in range(6):
        session.step("phase")
    frame = make_frame(session.snapshot(View(10, 10, step=True)))
    microscope = TuinetApp(StubRunner(frame), DARK, [DARK, LIGHT])
    assert snap_compare(microscope, press=["m", "right", "down"], terminal_size=size)
