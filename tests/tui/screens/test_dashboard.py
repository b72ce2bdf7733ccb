"""The answer to a command: the status first, where the line is quick, and the panels behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual._styles_cache import StylesCache
from textual.pilot import Pilot
from textual.widget import Widget

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import make_app, screen_text
from tuinet.experiment.presets import make_experiment
from tuinet.observe.finding import Finding, Remedy
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.layout import KEYS, LOSS, MAP, STATUS
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.screens import base, dashboard


class Line:
    """A quick line, which is busy from what is sent until somebody says that it is free."""

    is_free = True


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    line = Line()
    monkeypatch.setattr(dashboard, "may_answer_first", lambda app: True)
    monkeypatch.setattr(base, "may_draw", lambda app, *, at_once=False: line.is_free and at_once)
    yield line


def answer(app: TuinetApp, runner: StubRunner, **changes: Any) -> None:
    """Obey one more command, which comes to an epoch that nothing has shown."""
    frame = runner.frame
    changes = {"snapshot": replace(frame.snapshot, epoch=frame.snapshot.epoch + 1), **changes}
    runner.change(obeyed=frame.obeyed + 1, **changes)
    app.show_answer()


def shown(pilot: Pilot[None], runner: StubRunner, *names: str) -> list[bool]:
    """Which of these panels show the latest frame."""
    return [pilot.app.screen.query_one(f"#{name}", CellPanel).frame is runner.frame for name in names]


async def test_the_status_answers_before_the_panels_and_they_follow_once_the_line_has_carried_it(line: Line) -> None:
    runner = StubRunner(make_frame(running=True))
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer(app, runner)
        line.is_free = False
        assert shown(pilot, runner, STATUS, MAP, LOSS, KEYS) == [True, False, False, False]
        await pilot.pause()
        assert f"epoch {runner.frame.snapshot.epoch:,}" in screen_text(pilot)
        assert shown(pilot, runner, STATUS, MAP, LOSS, KEYS) == [True, False, False, False]
        line.is_free = True
        app.line_freed()
        assert shown(pilot, runner, STATUS, MAP, LOSS, KEYS) == [True, True, True, True]


async def test_panels_follow_by_themselves_where_nothing_was_sent_before_them(line: Line) -> None:
    runner = StubRunner(make_frame(running=True))
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer(app, runner, snapshot=replace(runner.frame.snapshot, batch=0))
        assert shown(pilot, runner, STATUS, MAP) == [True, False]
        await pilot.pause()
        assert shown(pilot, runner, STATUS, MAP) == [True, True]


async def test_panels_wait_for_one_answer_only(line: Line) -> None:
    runner = StubRunner(make_frame(running=True))
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer(app, runner)
        assert shown(pilot, runner, STATUS, MAP) == [True, False]
        answer(app, runner)
        assert shown(pilot, runner, STATUS, MAP, LOSS) == [True, True, True]


@pytest.mark.parametrize(
    "snapshot",
    [
        make_snapshot(
            findings=(Finding("stuck", "stuck: loss near 0.3466 for 123,456 epochs", remedy=Remedy(draws_anew=True)),)
        ),
        Session(make_experiment(dataset="digits")).snapshot(),
    ],
    ids=["another row", "other panels"],
)
async def test_where_panels_move_all_is_shown_at_once(line: Line, snapshot: Any) -> None:
    runner = StubRunner(make_frame(running=True))
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer(app, runner, snapshot=snapshot)
        assert shown(pilot, runner, STATUS, LOSS) == [True, True]


async def test_on_a_line_that_is_not_quick_all_is_shown_at_once(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "may_answer_first", lambda app: False)
    runner = StubRunner(make_frame(running=True))
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        answer(app, runner)
        assert shown(pilot, runner, STATUS, MAP, LOSS) == [True, True, True]


async def test_what_has_not_changed_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str | None] = []
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        original = StylesCache.render_widget

        def render_widget(cache: StylesCache, widget: Widget, *region: Any) -> Any:
            rendered.append(widget.id)
            return original(cache, widget, *region)

        monkeypatch.setattr(StylesCache, "render_widget", render_widget)
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241))
        screen = pilot.app.screen
        assert isinstance(screen, dashboard.Dashboard)
        screen.poll()
        await pilot.pause()
        assert "epoch 1,241" in screen_text(pilot)
        assert {STATUS} == {name for name in rendered if name is not None}
