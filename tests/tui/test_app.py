from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.content import Content
from textual.events import Key
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.screen import is_whole
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding, Remedy
from tuinet.session.commands import Command, Pause, Reinitialize, Resume, SetSpeed, Step
from tuinet.session.edits import Configure
from tuinet.tui.app import TuinetApp
from tuinet.tui.key_groups import title_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS
from tuinet.tui.palette import Palette
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.loss import LossPanel
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.help import HelpScreen
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]


def make_app(runner: StubRunner | None = None) -> TuinetApp:
    return TuinetApp(runner or StubRunner(), DARK, [DARK, LIGHT])


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        (["space"], [Resume()]),
        (["space", "space"], [Resume(), Pause()]),
        (["s"], [Step("epoch")]),
        (["space", "s", "space"], [Resume(), Step("epoch"), Resume()]),
        (["r"], [Reinitialize(2)]),
        (["r", "r"], [Reinitialize(2), Reinitialize(3)]),
        (["R"], [Reinitialize()]),
        (["a"], [Configure.of(activation=("tanh",))]),
        (["a", "a"], [Configure.of(activation=("tanh",)), Configure.of(activation=("relu",))]),
        (["a", "A"], [Configure.of(activation=("tanh",)), Configure.of(activation=("sigmoid",))]),
        (["plus", "plus"], [SetSpeed(200), SetSpeed(500)]),
        (["minus", "underscore"], [SetSpeed(50), SetSpeed(20)]),
        (["equals_sign"], [SetSpeed(200)]),
        (["l", "t"], []),
    ],
)
async def test_keys_become_commands(keys: list[str], commands: list[Command]) -> None:
    runner = StubRunner()
    async with make_app(runner).run_test() as pilot:
        await pilot.press(*keys)
    assert runner.commands == commands


async def test_a_network_without_hidden_layers_has_no_activation_to_change() -> None:
    runner = StubRunner(make_frame(make_snapshot(hidden=())))
    async with make_app(runner).run_test() as pilot:
        await pilot.press("a", "A")
        assert "no hidden layer" in screen_text(pilot)
    assert runner.commands == []


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_keys_that_quit(key: str) -> None:
    runner = StubRunner()
    app = make_app(runner)
    async with app.run_test() as pilot:
        await pilot.press(key)
    assert runner.stopped.is_set()
    assert app.return_code == 0


async def test_every_panel_is_whole_at_80x24() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        said = screen_text(pilot)
    for text in (
        "decision boundary",
        "loss 0.2143 · accuracy 4/4",
        "network",
        "gradients",
        "? help  q quit",
    ):
        assert text in said
    assert "…" not in said


def map_pixels(runner: StubRunner) -> tuple[int, int]:
    view = runner.views[-1]
    assert view is not None
    return view.columns, view.rows


async def test_the_map_asks_for_its_pixels() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert map_pixels(runner) == (22, 22)
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert map_pixels(runner) == (29, 32)
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        assert map_pixels(runner) == (0, 0)


async def test_the_same_frame_draws_nothing_and_another_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed: list[str | None] = []
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        original = CellPanel.refresh

        def refresh(panel: CellPanel, *regions: object, **options: object) -> CellPanel:
            refreshed.append(panel.id)
            return original(panel, *regions, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(CellPanel, "refresh", refresh)
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        dashboard.poll()
        await pilot.pause()
        assert refreshed == []
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241))
        dashboard.poll()
        await pilot.pause()
        assert set(refreshed) == {"status"}
        assert "epoch 1,241" in screen_text(pilot)


async def test_numbers_that_are_calm_while_it_trains_answer_a_command_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuinet.tui.pending.monotonic", lambda: 100.0)
    runner = StubRunner(make_frame(running=True))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241))
        await pilot.pause(0.2)
        assert "epoch 1,241" not in screen_text(pilot)
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1242), obeyed=1)
        runner.listener()
        await pilot.pause()
        assert "epoch 1,242" in screen_text(pilot)


async def test_an_answer_that_found_the_line_busy_is_shown_when_it_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    free = [False]
    monkeypatch.setattr("tuinet.tui.screens.base.may_draw", lambda app, *, at_once=False: free[0] and at_once)
    runner = StubRunner()
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        runner.change(snapshot=replace(runner.frame.snapshot, epoch=1241), obeyed=1)
        runner.listener()
        await pilot.pause()
        assert "epoch 1,241" not in screen_text(pilot)
        free[0] = True
        await pilot.pause(0.2)
        assert "epoch 1,241" not in screen_text(pilot)
        app.line_freed()
        await pilot.pause()
        assert "epoch 1,241" in screen_text(pilot)


async def test_the_epoch_on_the_screen_is_the_frames() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test() as pilot:
        runner.change(
            snapshot=make_snapshot(
                epoch=1241, findings=(Finding("stuck", "stuck on a plateau: press r to reinitialize"),)
            )
        )
        await pilot.pause(0.2)
        said = screen_text(pilot)
        assert "epoch 1,241" in said
        assert "stuck on a plateau: press r to reinitialize" in said


async def test_a_finding_gets_a_row_and_gives_it_back() -> None:
    runner = StubRunner()
    cause = "stuck near loss 0.35 for 123,456 epochs"
    finding = Finding("stuck", cause, remedy=Remedy(draws_anew=True))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        for findings, rows in (((finding,), 4), ((), 2), ((finding,), 4)):
            runner.change(snapshot=make_snapshot(findings=findings))
            await pilot.pause(0.2)
            assert pilot.app.screen.query_one("#status").size.height == rows
            assert is_whole(screen_text(pilot), 80, 24)
            said = " ".join(screen_text(pilot).split())
            assert (f"not learning: {cause}; key r starts from new weights" in said) == bool(findings)


async def test_log_scale() -> None:
    async with make_app().run_test() as pilot:
        assert not pilot.app.screen.query_one(LossPanel).is_log
        await pilot.press("l")
        assert pilot.app.screen.query_one(LossPanel).is_log
        assert "cross-entropy, log scale" in screen_text(pilot)
        assert "0.1┤" in screen_text(pilot)
        await pilot.press("l")
        assert "cross-entropy, linear scale" in screen_text(pilot)
        assert "0.1┤" not in screen_text(pilot)
        await pilot.press("l")
        assert "cross-entropy, linear" not in screen_text(pilot)


async def test_themes_take_turns() -> None:
    async with make_app().run_test() as pilot:
        await pilot.press("t")
        assert pilot.app.theme == "light"
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        assert dashboard.theme is not None
        assert dashboard.theme.name == "light"
        await pilot.press("t")
        assert pilot.app.theme == "dark"


@pytest.mark.parametrize("key", ["escape", "question_mark", "q"])
async def test_help_opens_scrolls_and_closes(key: str) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        first = screen_text(pilot)
        assert "Pause or resume" in first
        await pilot.press("t", "end")
        assert screen_text(pilot) != first
        await pilot.press(key)
        assert isinstance(pilot.app.screen, Dashboard)


async def test_what_stands_in_brackets_is_read_in_the_palette() -> None:
    app = make_app()
    async with app.run_test():
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
    shown = Content.from_markup(commands["Export as ONNX"].help).plain
    assert shown.endswith("needs pip install 'tuinet[onnx]'")


async def test_every_key_is_in_the_palette() -> None:
    app = make_app()
    async with app.run_test() as pilot:
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        for binding in [*DASHBOARD_BINDINGS, *APP_BINDINGS]:
            if binding.tooltip:
                title = title_of(binding)
                assert commands[title].help.endswith(f" · {binding.key_display}")
        assert {"Theme dark", "Theme light"} < set(commands)
        await pilot.press("ctrl+p", *"step one epoch", "down", "enter")
        await pilot.pause()
        runner = app._runner
        assert isinstance(runner, StubRunner)
        assert runner.commands == [Step("epoch")]


@pytest.mark.parametrize(
    ("error", "message"),
    [(TuinetError("the disk is full"), "the disk is full"), (ZeroDivisionError("oh"), "ZeroDivisionError: oh")],
)
async def test_a_runner_that_breaks_down_ends_the_application_with_the_reason(
    error: Exception, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(StubRunner(error=error))
    async with app.run_test() as pilot:
        await pilot.pause()
    assert app.return_code == 1
    told = capsys.readouterr().err
    assert message in told
    assert "textual" not in told
    assert "concurrent" not in told


async def test_a_broken_panel_stops_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = StubRunner()
    app = make_app(runner)
    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            monkeypatch.setattr(LossPanel, "content", lambda *_: 1 / 0)
            await pilot.press("l")
    assert runner.stopped.is_set()


ANY_SIZE = {
    "terminals": st.lists(st.tuples(st.integers(1, 220), st.integers(1, 70)), min_size=1, max_size=4),
    "hidden": st.lists(st.integers(1, 30), max_size=5).map(tuple),
    "inputs": st.integers(1, 5),
}
UNHURRIED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(UNHURRIED, max_examples=10)
@given(**ANY_SIZE)
async def test_any_size_of_terminal_and_network(
    terminals: list[tuple[int, int]], hidden: tuple[int, ...], inputs: int
) -> None:
    await rows_fit(terminals, hidden, inputs)


@pytest.mark.long
@settings(UNHURRIED, max_examples=100)
@given(**ANY_SIZE)
async def test_any_size_of_terminal_and_network_for_long(
    terminals: list[tuple[int, int]], hidden: tuple[int, ...], inputs: int
) -> None:
    await rows_fit(terminals, hidden, inputs)


async def rows_fit(terminals: list[tuple[int, int]], hidden: tuple[int, ...], inputs: int) -> None:
    """No row is wider than its panel, whatever the terminal becomes."""
    runner = StubRunner()
    async with make_app(runner).run_test(size=terminals[0]) as pilot:
        runner.change(snapshot=make_snapshot(hidden=hidden, inputs=inputs))
        for width, height in terminals:
            await pilot.resize_terminal(width, height)
            await pilot.pause(0.06)
            for panel in pilot.app.screen.query(CellPanel):
                rows = [panel.render_line(line) for line in range(panel.size.height)]
                assert {row.cell_length for row in rows} <= {panel.size.width}


def test_the_default_experiment_is_what_the_factories_show() -> None:
    assert make_snapshot().experiment == Experiment(activation=("sigmoid",), hidden=(2,))


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (3, 90), (6, 90)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_paging_through_a_palette_without_room(size: tuple[int, int]) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.resize_terminal(*size)
        await pilot.press("down", "pageup", "pagedown")
        await pilot.resize_terminal(80, 24)
        await pilot.press(*"quit", "pagedown")
        assert "quit" in screen_text(pilot).casefold()


async def test_what_is_typed_at_once_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []
    gather = Palette._gather_commands

    def note(palette: Palette, text: str) -> object:
        sought.append(text)
        return gather(palette, text)

    monkeypatch.setattr(Palette, "_gather_commands", note)
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        sought.clear()
        for letter in "theme" * 100:
            pilot.app.post_message(Key(letter, letter))
        await pilot.pause()
        assert 1 <= len(sought) < 20
        assert sought[-1] == "theme" * 20
