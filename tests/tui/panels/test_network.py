"""The panel of the network on the screen: its keys, the mouse, what it asks for, and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.panels.network_factories import with_maps
from tuinet.experiment.experiment import Experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import NetworkView, Unit, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.layout import MAP, NETWORK
from tuinet.tui.panels.network import NetworkPanel, layout, picture_view
from tuinet.tui.panels.network.placing import UnitsInSight
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]
Compare = Callable[..., bool]


def make_app(snapshot: Snapshot | None = None) -> tuple[StubRunner, TuinetApp]:
    runner = StubRunner(make_frame(snapshot or make_snapshot()))
    return runner, TuinetApp(runner, DARK, [DARK, LIGHT])


def dashboard(pilot: Pilot[None]) -> Dashboard:
    assert isinstance(pilot.app.screen, Dashboard)
    return pilot.app.screen


def panel(pilot: Pilot[None]) -> NetworkPanel:
    return dashboard(pilot).query_one(NetworkPanel)


def said(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        ([], (1, 0)),
        (["down"], (1, 1)),
        (["down", "down", "up"], (1, 0)),
        (["right"], (2, 0)),
        (["right", "right"], (2, 0)),
        (["left", "left"], (0, 0)),
        (["down", "left"], (0, 1)),
        (["left", "down", "right"], (1, 1)),
        (["up", "pageup"], (1, 0)),
        (["pagedown"], (1, 1)),
    ],
)
async def test_arrow_keys_move_the_cursor(keys: list[str], cursor: Unit) -> None:
    runner, app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()  # the panel is made after the first frame
        assert panel(pilot).cursor is None
        await pilot.press("5", *keys)
        assert panel(pilot).cursor == cursor
        await pilot.press("escape")
        assert panel(pilot).cursor is None
    assert runner.commands == []


def asked(runner: StubRunner) -> NetworkView | None:
    """What the panel wants to see now."""
    view = runner.views[-1]
    return None if view is None else view.network


async def test_the_panel_asks_for_the_neurons_in_sight_and_for_nothing_when_it_is_not_seen() -> None:
    runner, app = make_app(make_snapshot(hidden=(40,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert asked(runner) is None
        await pilot.press("5")
        await pilot.pause()
        first = asked(runner)
        assert first is not None
        assert first.units[:4] == ((0, 0), (0, 1), (1, 0), (1, 1))
        await pilot.press(*["pagedown"] * 9)
        await pilot.pause()
        last = asked(runner)
        assert last is not None
        assert (1, 39) in last.units
        assert (1, 0) not in last.units
        await pilot.press("5")
        await pilot.pause()
        assert asked(runner) is None


async def test_enter_shows_a_neuron_on_the_map_and_the_output_again() -> None:
    _, app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        panel(pilot).focus()
        await pilot.press("down", "enter")
        assert dashboard(pilot).unit == (1, 1)
        assert dashboard(pilot).zoomed is None
        assert panel(pilot).unit == (1, 1)
        await pilot.press("enter")
        assert dashboard(pilot).unit is None
        await pilot.press("enter", "right", "enter")
        assert dashboard(pilot).unit is None
        await pilot.press("left", "left", "enter")
        assert panel(pilot).cursor is not None
        assert dashboard(pilot).unit is None


async def test_each_of_several_outputs_can_be_shown() -> None:
    _, app = make_app(make_snapshot(outputs=3))
    async with app.run_test(size=(120, 36)) as pilot:
        panel(pilot).focus()
        await pilot.press("right", "down", "enter")
        chosen = dashboard(pilot).unit
        assert chosen is not None
        assert chosen[0] == 2


async def test_where_the_map_is_not_seen_it_is_brought_to_the_full_screen() -> None:
    _, app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5", "enter")
        await pilot.pause()
        assert dashboard(pilot).unit == (1, 0)
        assert dashboard(pilot).zoomed == MAP
        await pilot.press("5")
        await pilot.pause()
        assert dashboard(pilot).zoomed == NETWORK
        assert panel(pilot).cursor == (1, 0)


def place(snapshot: Snapshot, network: NetworkPanel, unit: Unit) -> tuple[int, int]:
    """Where a neuron's picture begins on the screen."""
    diagram = layout(snapshot, (network.size.width - 2, network.size.height - 2), UnitsInSight())
    node = diagram.node(unit)
    assert node is not None
    return network.region.x + 1 + node.left, network.region.y + 1 + node.top


async def test_a_click_chooses_a_neuron_and_a_second_one_shows_it() -> None:
    _, app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        first, second = (place(make_snapshot(), panel(pilot), unit) for unit in ((1, 1), (0, 0)))
        await pilot.click(offset=first)
        assert panel(pilot).cursor == (1, 1)
        assert dashboard(pilot).unit is None
        await pilot.click(offset=second)
        assert panel(pilot).cursor == (0, 0)
        await pilot.click(offset=first)
        assert dashboard(pilot).unit is None
        await pilot.click(offset=first)
        assert dashboard(pilot).unit == (1, 1)
        await pilot.click(offset=(panel(pilot).region.x + 1, panel(pilot).region.bottom - 2))
        assert panel(pilot).cursor == (1, 1)


async def test_the_edges_of_the_panel_say_what_is_under_the_cursor() -> None:
    snapshot = with_maps(make_snapshot(activation="tanh"), (78, 19))
    _, app = make_app(snapshot)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5", "down")
        assert "h2: b = +1.000, x1 −1.667, x2 +5.000" in said(pilot)
        assert "network · h2 -1 ▌▌▌▌▌▌▌▌ 1" in said(pilot)
        assert "┏h2━" in said(pilot)


async def test_the_title_counts_the_neurons_where_not_all_are_in_sight() -> None:
    _, app = make_app(make_snapshot(hidden=(40,)))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "network · 10 of 43 neurons" in said(pilot)
        assert "weight > 0" in said(pilot)


async def test_a_smaller_network_takes_the_cursor_along() -> None:
    runner, app = make_app(make_snapshot(hidden=(8, 8)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("5", "right", "right", "left", *["down"] * 7)
        assert panel(pilot).cursor == (2, 7)
        runner.change(snapshot=make_snapshot(hidden=(3,)))
        await pilot.pause(0.3)
        assert panel(pilot).cursor == (2, 0)
        await pilot.press("left")
        assert panel(pilot).cursor == (1, 1)


def trained(epochs: int, phases: int = 0, room: tuple[int, int] = (35, 17), **changes: Any) -> Snapshot:
    """A snapshot of a real session that has looked at all its neurons."""
    session = Session(Experiment(**changes))
    session.advance(epochs)
    for _ in range(phases):
        session.step("phase")
    units = tuple(node.unit for node in layout(session.snapshot(), room, UnitsInSight()).nodes)
    return session.snapshot(View(24, 22, network=NetworkView(12, 12, units)))


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def test_xor_in_the_middle_of_a_step(snap_compare: Compare) -> None:
    _, app = make_app(trained(1500, phases=2, room=(78, 19)))
    assert snap_compare(app, press=["5", "down"], terminal_size=(80, 24))


def test_a_deep_network_on_the_full_screen(snap_compare: Compare) -> None:
    snapshot = trained(20, room=(78, 19), dataset="circle", hidden=(8, 8, 4), activation=("tanh",), learning_rate=0.1)
    _, app = make_app(snapshot)
    assert snap_compare(app, press=["5", "right", "down"], terminal_size=(80, 24))


def test_pictures_are_asked_for_as_finely_as_cells_can_be_divided() -> None:
    diagram = layout(make_snapshot(), (35, 17), UnitsInSight())
    half, octant = picture_view(diagram, "plane"), picture_view(diagram, "plane", "octant")
    assert (octant.columns, octant.rows) == (2 * half.columns, 2 * half.rows)
    assert picture_view(diagram, "line", "octant") == picture_view(diagram, "line")
