"""The step of an update on the landscape, in the microscope."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tuinet.beside.landscape_probe import LandscapeProbe
from tuinet.experiment.presets import make_experiment
from tuinet.explain.update import step_parts
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import LandscapeView, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.panels.landscape.step import StepLandscapePanel, shown_parts, step_arrows
from tuinet.tui.panels.layer_tables import LayerTablePanel
from tuinet.tui.screens.microscope import ExplanationPanel
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]


def stepped(optimizer: str = "momentum") -> Snapshot:
    """After the update of a step that was made by phases, with the landscape around it."""
    session, probe = Session(make_experiment(dataset="xor", optimizer=optimizer, learning_rate=0.1)), LandscapeProbe()
    session.advance(5)
    session.step("batch")
    view = LandscapeView(30, 20, kind="step", follows=True)
    snapshot = session.snapshot(View(step=True))
    task = probe.task(snapshot, session, view)
    assert task is not None
    *_, grid = task.results()
    return replace(snapshot, landscape=probe.picture(session, view, grid, ""))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_arrows_lead_from_the_weights_before_the_step_to_those_behind_it(optimizer: str) -> None:
    snapshot = stepped(optimizer)
    landscape = snapshot.landscape
    assert landscape is not None and landscape.distance < 1e-12
    *parts, step = step_arrows(step_parts(snapshot), landscape, DARK)
    assert step.start == (0.0, 0.0)
    assert step.end == pytest.approx(landscape.present)
    if parts:
        assert parts[0].start == (0.0, 0.0) and parts[-1].end == pytest.approx(step.end)
        assert parts[0].end == pytest.approx((np.hypot(*parts[0].end), 0.0))
    assert len(parts) == {"sgd": 1, "momentum": 2, "nesterov": 2, "adam": 0}[optimizer]


@pytest.mark.parametrize(
    ("optimizer", "kinds"), [("sgd", ["step"]), ("momentum", ["gradient", "velocity", "step"]), ("adam", ["step"])]
)
def test_an_arrow_that_the_step_would_cover_is_left_out(optimizer: str, kinds: list[str]) -> None:
    parts = shown_parts(stepped(optimizer))
    assert [part.kind for part in parts] == kinds
    assert optimizer != "sgd" or parts[0].symbols == "step = −learning_rate·g"


def is_seen(pilot: Pilot[None]) -> bool:
    return bool(pilot.app.screen.query_one(StepLandscapePanel).display)


async def test_a_tall_table_leaves_room_for_equations_above_it() -> None:
    session = Session(make_experiment(dataset="iris"))
    session.step("batch")
    runner = StubRunner(make_frame(replace(session.snapshot(View(step=True)), landscape=None)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert is_seen(pilot)
        assert pilot.app.screen.query_one(ExplanationPanel).size.height >= 9
        assert pilot.app.screen.query_one(LayerTablePanel).size.height >= 6


async def test_it_is_asked_for_where_an_update_is_seen_and_there_is_room() -> None:
    runner = StubRunner(make_frame(stepped()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        panel = pilot.app.screen.query_one(StepLandscapePanel)
        assert is_seen(pilot)
        view = runner.views[-1]
        assert view is not None and view.step
        assert view.landscape is not None and (view.landscape.kind, view.landscape.follows) == ("step", True)
        assert "gradient" in panel._rows[-1].text and "velocity" in panel._rows[-1].text
        runner.change(snapshot=replace(runner.frame.snapshot, phase=None))
        await pilot.pause(0.3)
        assert not is_seen(pilot)
        last = runner.views[-1]
        assert last is not None and last.landscape is None


@pytest.mark.parametrize(("size", "is_shown"), [((80, 24), False), ((200, 60), True)])
async def test_small_screens_have_the_numbers_alone(size: tuple[int, int], is_shown: bool) -> None:
    runner = StubRunner(make_frame(stepped()))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=size) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert is_seen(pilot) is is_shown


async def test_a_recording_has_no_landscape() -> None:
    runner = StubRunner(make_frame(stepped(), moment=(1, 3)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert not is_seen(pilot)
