"""Keys that step, go back and edit; the screens that show the arithmetic."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_history, make_snapshot
from tests.screen import is_whole
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.ladders import LEARNING_RATES, climbed
from tuinet.explain.focus import Selection
from tuinet.explain.story import explain_phase
from tuinet.observe.snapshot import Snapshot, TimeSnapshot, is_mid_step
from tuinet.observe.view import View
from tuinet.session.commands import Back, Command, Pause, Seek, Step, SwapBranch, Undo
from tuinet.session.edits import Configure, SetOptimizer, SetParameter
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import ink
from tuinet.tui.messages import Cursor, nudged
from tuinet.tui.panels.loss import LossPanel
from tuinet.tui.screens.check import GradientCheckScreen, check_lines
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.microscope import ExplanationPanel, MicroscopeScreen
from tuinet.tui.screens.prompt import ValueScreen, parse_number
from tuinet.tui.style.theme import load_themes

DARK, LIGHT = load_themes()[:2]
PAST = TimeSnapshot(tip_epoch=3000, is_past=True, edits=1, future=make_history(last_epoch=3000.0), branches=())


def make_app(runner: StubRunner) -> TuinetApp:
    return TuinetApp(runner, DARK, [DARK, LIGHT])


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


@lru_cache
def stepped(phases: int, hidden: tuple[int, ...] = (2,), check: bool = False) -> Snapshot:
    """After so many phases of XOR's first step."""
    session = Session(Experiment(hidden=hidden))
    for _ in range(phases):
        session.step("phase")
    return session.snapshot(View(10, 10, step=True, check=check))


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        (["b", "n", "s"], [Step("batch"), Step("phase"), Step("epoch")]),
        (["B", "N", "S"], [Back("batch"), Back("phase"), Back("epoch")]),
        (["comma"], [Seek(1210)]),
        (["comma", "comma"], [Seek(1210), Seek(1180)]),
        (["full_stop"], [Seek(1270)]),
        (["less_than_sign", "greater_than_sign"], [Seek(0), Seek(3000)]),
        (["u", "u"], [Undo(), Undo()]),
        (["X"], [SwapBranch()]),
        (["right_parenthesis", "right_parenthesis"], [Configure.of(learning_rate=1), Configure.of(learning_rate=2)]),
        (["left_parenthesis"], [Configure.of(learning_rate=0.2)]),
        (["o"], [SetOptimizer("momentum")]),
        (["o", "O"], [SetOptimizer("momentum"), SetOptimizer("sgd")]),
    ],
)
async def test_keys_become_commands(keys: list[str], commands: list[Command]) -> None:
    runner = StubRunner(make_frame(make_snapshot(time=PAST)))
    async with make_app(runner).run_test() as pilot:
        await pilot.press(*keys)
    assert runner.commands == commands


async def test_the_status_names_phase_past_and_refusal() -> None:
    runner = StubRunner(make_frame(replace(stepped(4), time=PAST, batch=2, batches_per_epoch=25)))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "epoch 0 of 3,000 batch 3/25 · loss · just begun: too early to tell" in screen_text(pilot)
        runner.change(refusal="learning rate 0 is not positive")
        await pilot.pause(0.2)
        assert "learning rate 0 is not positive" in screen_text(pilot)


async def test_stepping_by_phases_names_the_last_one_of_a_step_too() -> None:
    runner = StubRunner(make_frame(stepped(7)))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        assert "epoch 1 · update" not in screen_text(pilot)
        await pilot.press("n")
        runner.change(snapshot=replace(runner.frame.snapshot))
        await pilot.pause(0.2)
        assert "epoch 1 · update" in screen_text(pilot)


@pytest.mark.parametrize("phases", range(8))
async def test_the_microscope_shows_the_explanation_of_every_phase(phases: int) -> None:
    runner = StubRunner(make_frame(stepped(phases)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        for size in ((80, 24), (120, 36), (200, 60), (40, 12)):
            await pilot.resize_terminal(*size)
            await pilot.press("m")
            await pilot.pause()
            assert runner.views[-1] is not None and runner.views[-1].step
            said = screen_text(pilot)
            assert is_whole(said, *size)
            if phases == 0:
                told = pilot.app.screen.query_one(ExplanationPanel)._rows
                assert "press n to make the first phase" in " ".join(
                    "".join(row.text.strip("│") for row in told).split()
                )
            else:
                title = explain_phase(stepped(phases), Selection(3)).title  # the one without zeros
                assert title.partition(" (")[0][: size[0] - 7] in said
            await pilot.press("escape")
            assert isinstance(pilot.app.screen, Dashboard)
            await pilot.pause()
            # The map on the dashboard looks at a step that is under way, too.
            assert getattr(runner.views[-1], "step", False) == is_mid_step(runner.frame.snapshot)


async def test_arrows_and_clicks_choose_in_the_microscope() -> None:
    runner = StubRunner(make_frame(stepped(6)))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.press("m", "right", "up", "d")
        microscope = pilot.app.screen
        assert isinstance(microscope, MicroscopeScreen)
        assert (microscope.selection, microscope.digits) == (Selection(2, None, 1), 6)
        wanted = explain_phase(stepped(6), microscope.selection, 6).rows(56)
        await pilot.pause()
        assert "".join(span.text for span in wanted[2]).strip() in screen_text(pilot)
        await pilot.press("right", "down", "down", "down")
        assert microscope.selection == Selection(3, None, 1)
        await pilot.click("#layer-table", offset=(18, 4))
        assert microscope.selection == Selection(1, None, 0)
        await pilot.press("tab")
        assert microscope.selection.layer is None
        runner.change(snapshot=stepped(7))
        await pilot.pause(0.2)
        await pilot.press("tab")
        assert microscope.selection.layer == 1


async def test_the_microscope_steps_and_says_when_there_is_nothing_to_see() -> None:
    runner = StubRunner(make_frame(replace(stepped(7), step_detail=None), running=True))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        assert "The numbers of the last step are on their way." in screen_text(pilot)
        runner.change(snapshot=replace(stepped(7), step_detail=None, keeps_step=False))
        await pilot.press("n", "N", "b", "u", "comma")
        await pilot.pause(0.2)
        assert "The numbers of the last step are gone" in screen_text(pilot)
        await pilot.press("t")
        assert isinstance(pilot.app.screen, MicroscopeScreen)
        assert pilot.app.screen.theme == LIGHT
    assert runner.commands == [Pause(), Step("phase"), Back("phase"), Step("batch"), Undo(), Seek(0)]


async def test_a_weight_is_chosen_nudged_and_typed() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("w", "down", "right")
        assert "layer 1, x2 → h2 = 5" in screen_text(pilot)
        await pilot.press("right_square_bracket", "right_square_bracket", "left_square_bracket")
        values = [5.25, 5.25 * 1.05, 5.25 * 1.05 * 0.95]
        assert runner.commands == [SetParameter(1, 1, 1, pytest.approx(value)) for value in values]  # type: ignore[arg-type]
        runner.commands.clear()
        await pilot.press("down", "enter")
        assert isinstance(pilot.app.screen, ValueScreen)
        await pilot.press(*"abc", "enter")
        assert "'abc' is not a number" in screen_text(pilot)
        await pilot.press(*["backspace"] * 3, *"0.75", "enter")
        assert runner.commands == [SetParameter(1, None, 1, 0.75)]
        await pilot.press("escape", "s")
        assert runner.commands[-1] == Step("epoch")


def test_the_cursor_goes_over_all_weights_and_biases() -> None:
    snapshot = make_snapshot(hidden=(3,))
    cursor, seen = Cursor(), {Cursor()}
    for down, right in [(0, 1)] * 2 + [(1, 0)] * 2 + [(0, -1)] * 2 + [(1, 0)] * 9:
        cursor = cursor.moved(snapshot, down, right)
        assert cursor == cursor.within(snapshot)
        cursor.value(snapshot)
        seen.add(cursor)
    assert cursor == Cursor(1, 3, 0)
    assert cursor.moved(snapshot, -1, 0) == Cursor(1, 2, 0)
    assert Cursor(1, 0, 0).moved(snapshot, -1, 0) == Cursor(0, 2, 0)
    assert cursor.command(snapshot, 2.0) == SetParameter(2, None, 0, 2.0)


async def test_the_gradient_check() -> None:
    runner = StubRunner(make_frame(stepped(0, check=True)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await pilot.pause()
        assert isinstance(pilot.app.screen, GradientCheckScreen)
        assert runner.views[-1] is not None and runner.views[-1].check
        said = screen_text(pilot)
        assert is_whole(said, 80, 24)
        check = stepped(0, check=True).gradient_check
        assert check is not None
        assert check.relative_error < 1e-7
        assert f"x2 → h1{check.analytic[0][1, 0]:>+27.10g}{check.numeric[0][1, 0]:>+18.10g}" in said


async def test_of_many_gradients_some_are_checked() -> None:
    session = Session(Experiment(hidden=(60, 60)))
    session.advance(2)
    runner = StubRunner(make_frame(session.snapshot(View(10, 10, check=True))))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await pilot.pause()
        said = screen_text(pilot)
        assert "200 of 3,901 parameters" in said
        assert "of 200 ─" in said


async def test_gradients_lost_in_rounding_are_not_called_wrong() -> None:
    session = Session(Experiment(hidden=(4,) * 10))
    session.advance(200)
    snapshot = session.snapshot(View(10, 10, check=True))
    check = snapshot.gradient_check
    assert check is not None and check.relative_error > 1e-7
    async with make_app(StubRunner(make_frame(snapshot))).run_test(size=(80, 24)) as pilot:
        await pilot.press("g")
        await pilot.pause()
        assert "not verified" in screen_text(pilot)
    assert "  rounding" in {line[-1][0] for line in check_lines(snapshot, DARK)}
    colours = {line[-1][1].color for line in check_lines(snapshot, DARK)}
    assert ink(DARK.warning, DARK.background).color not in colours


async def test_a_long_gradient_check_scrolls() -> None:
    runner = StubRunner(make_frame(stepped(0, hidden=(20,), check=True)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("g", "end")
        await pilot.pause()
        assert "b → y" in screen_text(pilot)
        assert "of 81" in screen_text(pilot)


@pytest.mark.parametrize(
    ("rate", "direction", "wanted"),
    [(0.5, 1, 1), (0.5, -1, 0.2), (0.3, 1, 0.5), (0.3, -1, 0.2), (1, -1, 0.5), (1e-3, -1, 5e-4), (9.9, 1, 10)],
)
def test_learning_rates(rate: float, direction: int, wanted: float) -> None:
    assert climbed(LEARNING_RATES, rate, direction) == wanted


@pytest.mark.parametrize(
    ("text", "value"), [(" 1e-3 ", 1e-3), ("−2", -2.0), ("", None), ("nan", None), ("inf", None), ("1,5", None)]
)
def test_numbers_that_are_typed(text: str, value: float | None) -> None:
    assert parse_number(text) == value


def test_a_nudge_is_a_twentieth_at_least() -> None:
    assert nudged(4.0, -1) == 3.8
    assert nudged(0.0, 1) == 0.05


async def test_the_mouse_scrubs_on_the_loss_curve() -> None:
    runner = StubRunner(make_frame(make_snapshot(time=PAST)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        panel = pilot.app.screen.query_one(LossPanel)
        await pilot.mouse_down(panel, offset=(panel.size.width - 3, 4))
        await pilot.hover(panel, offset=(panel.size.width // 2, 4))
        await pilot.mouse_up(panel, offset=(panel.size.width // 2, 4))
    assert 1000 < next(command for command in runner.commands if isinstance(command, Seek)).epoch < 2000
    assert all(isinstance(command, Seek) for command in runner.commands)


async def test_a_click_on_the_loss_curve_reads_it_and_a_second_one_goes_there() -> None:
    runner = StubRunner(make_frame(make_snapshot(time=PAST)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        panel = pilot.app.screen.query_one(LossPanel)
        at = (panel.size.width - 3, 4)
        await pilot.click(panel, offset=at)
        assert runner.commands == []
        assert "◇ epoch 2,950: loss 0.0105" in screen_text(pilot)
        await pilot.click(panel, offset=at)
        assert runner.commands == [Seek(2950)]
        assert "epoch 2,950: loss" not in screen_text(pilot)
        said = " ".join(screen_text(pilot).split())
        assert "paused at epoch 2,950: > comes back to epoch 3,000, space goes on from here" in said
        await pilot.click(panel, offset=at)
        await pilot.press("tab")
        assert "epoch 2,950: loss" not in screen_text(pilot)


@pytest.mark.parametrize("key", ["escape", "space"])
async def test_on_a_long_way_it_is_said_how_long_and_a_key_stops_there(key: str) -> None:
    way = "to step 999,999,999: 12%, about 3 h 20 min left"
    runner = StubRunner(make_frame(running=False, way=way))
    runner.waiting = (Seek(99), Configure.of(learning_rate=0.1))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        assert "about 3 h 20 min left; esc stops here" in " ".join(screen_text(pilot).split())
        await pilot.press(key)
        assert runner.commands == [Pause()]
        runner.frame = make_frame(running=False)
        runner.waiting = ()
        await pilot.pause(0.2)
        assert "stops here" not in screen_text(pilot)
