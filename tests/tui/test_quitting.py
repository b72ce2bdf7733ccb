"""What is asked before the program is left, and by whom: once, and only where something would be lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compare.factories import made_up_standing, xor_grid
from tests.factories import StubRunner, make_frame
from tests.storage.test_autosave import session_at
from tests.tui.test_app import DARK, make_app, screen_text
from tuinet.configuration import Configuration
from tuinet.lessons.claims import find_lesson
from tuinet.runner import Runner
from tuinet.session.commands import BringBack, Command, Pause, Seek, SetSpeed, SetUp, Step
from tuinet.session.edits import Configure
from tuinet.storage.autosave import Saver
from tuinet.tui.app import TuinetApp
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.configured_keys import make_keymap
from tuinet.tui.screens.prompt import QuitScreen, lesson_question

KEPT, LOST = "It is kept: tuinet --resume goes on with it.", "It cannot be kept, and would be lost."


def runner_at(at_stake: str, **changes: Any) -> StubRunner:
    frame: Any = make_frame()
    return StubRunner(frame._replace(at_stake=at_stake, **changes))


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize(("at_stake", "said"), [("kept", KEPT), ("lost", LOST)])
async def test_it_is_asked_once_and_said_what_becomes_of_the_run(key: str, at_stake: str, said: str) -> None:
    app = make_app(runner_at(at_stake, running=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        text = screen_text(pilot)
        assert "This run is in no file of yours." in text
        assert said in text
        assert "q quits · ctrl+s saves it first · esc stays" in text
        assert "loss 0.2143" in text
        assert app._runner.commands == []  # type: ignore[attr-defined]
        await pilot.press(key)
    assert app.return_code == 0


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_who_stays_is_asked_again_the_next_time(key: str) -> None:
    app = make_app(runner_at("kept"))
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(2):
            await pilot.press("q")
            assert isinstance(app.screen, QuitScreen)
            await pilot.press(key)
            assert not app.screen.is_modal
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_the_key_that_quits_is_the_one_that_the_user_has_chosen() -> None:
    app = make_app(runner_at("kept"))
    app.use_keys(make_keymap(Configuration(keys={"quit": "f10", "save_the_run": "f6"})))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f10")
        assert "f10 quits · f6 saves it first" in screen_text(pilot)
        await pilot.press("q")
        assert isinstance(app.screen, QuitScreen)
        await pilot.press("f10")
    assert app.return_code == 0


async def test_the_run_can_be_saved_first_and_holds_still_for_that() -> None:
    runner = runner_at("kept", running=True)
    app = make_app(runner)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q", "ctrl+s")
        assert "Save the run" in screen_text(pilot)
        assert runner.commands == [Pause()]


async def test_nothing_is_asked_where_the_same_can_be_opened_again() -> None:
    app = make_app(runner_at("kept"))
    app.asks_before_leaving = False
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
    assert app.return_code == 0


def test_a_lesson_is_spoken_of_between_its_ends() -> None:
    assert lesson_question(0, 9) == lesson_question(8, 9) == ()
    assert lesson_question(2, 9) == (
        "This is step 3 of 9 of the lesson, which begins at its first step the next time.",
    )


async def test_in_a_lesson_its_place_and_the_run_before_it_are_told() -> None:
    app = TuinetApp(runner_at("kept", run=7), DARK, [DARK], lesson=find_lesson("1"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["enter"] * 12)
        assert app._dashboard.page is not None and app._dashboard.page.index
        await pilot.press("q")
        text = " ".join(screen_text(pilot).replace("│", " ").split())
        assert "Your run before the lesson is in no file of yours." in text
        assert "This is step" in text
        assert "q quits · esc stays" in text


async def test_a_comparison_asks_while_runs_are_under_way() -> None:
    grid = xor_grid()
    for done, asks in ((1, True), (len(grid.jobs), False)):
        standing = made_up_standing(grid, done)
        app = CompareApp(grid, lambda standing=standing: standing, "", DARK, [DARK])  # type: ignore[misc]
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("q")
            assert isinstance(app.screen, QuitScreen) == asks
            if asks:
                assert f"{len(grid.jobs) - 1} of {len(grid.jobs)} runs" in screen_text(pilot)
                await pilot.press("q")
        assert app.return_code == 0


@pytest.mark.parametrize(
    ("commands", "at_stake"),
    [
        ([], "nothing"),
        ([Pause(), SetSpeed(5.0), Seek(1)], "nothing"),
        ([Step("phase")], "lost"),
        ([Configure.of(learning_rate=0.1)], "lost"),
        ([SetUp(session_at(0).run.experiment, 1), Step("epoch")], "nothing"),
        ([SetUp(session_at(0).run.experiment, 1), BringBack(), Step("epoch")], "lost"),
        ([Step("epoch"), SetUp(session_at(0).run.experiment, 1)], "lost"),
    ],
)
def test_what_is_at_stake_is_what_was_done_to_the_users_run(commands: list[Command], at_stake: str) -> None:
    runner = Runner(session_at(3), running=False)
    for command in commands:
        runner._handle(command)
    assert runner._make_frame().at_stake == at_stake


def test_training_is_at_stake_until_it_is_saved_and_kept_where_it_saves_itself(tmp_path: Any) -> None:
    saver = Saver(lambda *_: None)
    runner = Runner(session_at(3), saver=saver)
    runner._train()
    assert runner._make_frame().at_stake == "kept"
    saver.failure = "the disk is full"
    assert runner._make_frame().at_stake == "lost"
    runner.own.save_as(tmp_path / "run.npz")
    assert runner._make_frame().at_stake == "nothing"
    runner._train()
    assert runner._make_frame().at_stake == "lost"
    saver.stop()
