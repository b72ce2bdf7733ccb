"""A key is answered while the training is in the middle of a long step; and what is of a part of a set says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import StubRunner, make_frame, make_metrics, make_snapshot
from tests.tui.test_app import screen_text
from tuinet.session.commands import (
    Back,
    Command,
    Pause,
    Reinitialize,
    Resume,
    Save,
    Seek,
    SetSpeed,
    Step,
    SwapBranch,
    Undo,
)
from tuinet.session.edits import Configure
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import accuracy_text, part_text
from tuinet.tui.panels.confusion import confusion_legend
from tuinet.tui.panels.status import status_lines
from tuinet.tui.pending import MOMENT, PendingCommands
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

DARK = load_themes()[0]
PART = make_metrics(correct=997, samples=1000)._replace(of=50_000)


def test_nothing_is_said_before_a_moment_has_passed_and_no_longer_than_it_lasts() -> None:
    now = [100.0]
    waiting = PendingCommands(now=lambda: now[0])
    assert waiting.words([Pause()]) == ""
    now[0] += MOMENT / 2
    assert waiting.words([Pause()]) == ""
    now[0] += MOMENT
    assert waiting.words([Pause()]) == "pending: pause"
    assert waiting.words([Pause(), Step("epoch"), Undo()]) == "pending: pause, 2 more"
    assert waiting.words([]) == ""
    assert waiting.words([Undo()]) == ""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (Resume(), "go on"),
        (SetSpeed(None), "as fast as can be"),
        (SetSpeed(2000), "2,000 epochs/s"),
        (Step("batch"), "one batch"),
        (Back("phase"), "back one phase"),
        (Seek(1240), "to epoch 1,240"),
        (SwapBranch(), "the other branch"),
        (Reinitialize(), "new weights"),
        (Reinitialize(3), "new weights, seed 3"),
        (Save(Path("a/run.npz")), "save run.npz"),
        (Configure.of(learning_rate=0.25), "learning rate 0.25"),
    ],
)
def test_every_command_has_words(command: Command, words: str) -> None:
    assert str(command) == words


async def test_the_dashboard_says_what_the_training_has_not_got_round_to() -> None:
    runner, now = StubRunner(make_frame(running=True)), [100.0]
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Dashboard)
        screen._pending_commands = PendingCommands(now=lambda: now[0])
        await pilot.press("space")
        runner.waiting = (Pause(),)
        screen.poll()
        now[0] += 2 * MOMENT
        screen.poll()
        await pilot.pause()
        assert "pending: pause" in screen_text(pilot)
        runner.waiting = ()
        screen.poll()
        await pilot.pause()
        assert "pending" not in screen_text(pilot)


def test_a_part_of_a_set_is_named_as_one() -> None:
    assert accuracy_text(PART) == "997/1,000 of 50,000"
    assert accuracy_text(PART, is_short=True) == "997/1,000"
    assert part_text(PART) == "on 1,000 of 50,000"
    assert part_text(make_metrics()) == ""


async def test_the_screen_says_of_how_many_samples_its_numbers_are() -> None:
    runner = StubRunner(make_frame(make_snapshot(metrics=PART)))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        text = screen_text(pilot)
        assert "loss 0.2143 · accuracy 99.7%" in text and "cross-entropy, on 1,000 of 50,000" in text
        runner.change(snapshot=make_snapshot(metrics=make_metrics(), test_metrics=PART._replace(of=9000)))
        screen = pilot.app.screen
        assert isinstance(screen, Dashboard)
        screen.poll()
        await pilot.pause()
        assert "test on 1,000 of 9,000" in screen_text(pilot)


def test_where_it_is_narrow_the_accuracy_stays() -> None:
    busy = make_snapshot(metrics=PART, epoch=19, batch=265, batches_per_epoch=391)
    frame = make_frame(busy, running=True, speed=None, rate=1.0)
    state = "".join(text for text, _ in status_lines(frame, DARK, 80).rows[1])
    assert state == " ▸ 1 epochs/s · epoch 19 batch 265/391 · loss 0.2143 · accuracy 997/1,000"


@pytest.mark.parametrize(("room", "words"), [(40, "samples · on 1,000 of 50,000"), (20, "on 1,000 of 50,000")])
def test_the_matrix_says_of_how_many_samples_it_is(room: int, words: str) -> None:
    (text, _), *_ = confusion_legend(make_snapshot(metrics=PART), DARK, 60, 12, True, room)
    assert text == words
