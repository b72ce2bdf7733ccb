from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories import make_snapshot
from tests.lessons.factories import BODY, FRONT, lesson_in
from tuinet.lessons.lesson import LessonPlayer
from tuinet.lessons.situation import Situation
from tuinet.session.commands import Command, Pause, PauseAt, Resume, SetSpeed, SetUp
from tuinet.session.edits import Configure


@pytest.fixture
def player(tmp_path: Path) -> LessonPlayer:
    return LessonPlayer(lesson_in(tmp_path))


def run_of(commands: list[Command]) -> int:
    assert isinstance(commands[0], SetUp)
    return commands[0].number


def test_each_step_sets_up_what_it_says(player: LessonPlayer) -> None:
    first, second, _ = player.page.lesson.steps
    commands = player.begin()
    assert first.experiment is not None
    assert second.experiment is not None
    assert commands == [SetUp(first.experiment, run_of(commands)), PauseAt(None), SetSpeed(200.0)]
    player.turn_on()
    commands = player.turn_on()
    assert commands == [SetUp(second.experiment, run_of(commands)), PauseAt(100), Pause()]
    assert player.answer(3) == []
    assert player.answer(2) == [Resume()]
    assert player.answer(1) == []
    assert player.page.answer == 2
    assert player.turn_on() == [Configure((("learning_rate", 0.05),)), PauseAt(None), SetSpeed(None), Pause()]
    assert (player.page.is_last, player.turn_on()) == (True, [])


def test_a_step_waits_until_its_condition_has_been_true_once(player: LessonPlayer) -> None:
    run = run_of(player.begin())
    player.note(Situation(make_snapshot(epoch=4)), run)
    seen = [player.page.waits]
    # A frame of the run before is not meant.
    for epoch, number in ((9, run - 1), (5, run), (0, run)):
        player.note(Situation(make_snapshot(epoch=epoch)), number)
        seen.append(player.page.waits)
    assert seen == [True, True, False, False]


def test_who_does_not_want_to_wait_asks_twice(player: LessonPlayer) -> None:
    player.begin()
    assert player.turn_on() == []
    assert (player.page.index, player.page.insisted) == (0, True)
    player.turn_on()
    assert (player.page.index, player.page.insisted, player.page.asks) == (1, False, True)
    player.turn_on()
    assert player.page.index == 1
    player.turn_on()
    assert player.page.index == 2


def test_a_question_comes_before_the_training_and_the_explanation_after_the_wait(tmp_path: Path) -> None:
    text = (FRONT + BODY).replace("pause_at = 100", 'pause_at = 100\nwait = "epoch >= 100"')
    player = LessonPlayer(lesson_in(tmp_path, text))
    player.begin()
    player.turn_on()
    run = run_of(player.turn_on())
    player.note(Situation(make_snapshot(epoch=100)), run)
    assert player.page.waits, "nothing comes true before the answer"
    player.answer(1)
    assert not player.page.explains
    player.note(Situation(make_snapshot(epoch=100)), run)
    assert player.page.explains


def test_going_back_brings_the_experiment_of_the_step_back(player: LessonPlayer, tmp_path: Path) -> None:
    assert player.turn_back() == []
    more = (FRONT + BODY) + '\n## Fourth\n\n```tuinet\nexperiment = "--dataset or"\n```\n'
    player = LessonPlayer(lesson_in(tmp_path, more))
    for _ in range(6):
        player.turn_on()
    third, fourth = player.page.lesson.steps[2:]
    assert player.page.step is fourth
    commands = player.turn_back()
    assert commands[0] == SetUp(third.present, run_of(commands))
    assert third.present.learning_rate == 0.05
    commands = player.turn_back()
    second = player.page.step
    assert second.experiment is not None
    assert commands[0] == SetUp(second.experiment, run_of(commands))
    assert player.page.asks


def test_a_step_shows_what_the_one_before_did_if_it_names_nothing(player: LessonPlayer) -> None:
    assert player.page.panels == ("loss", "map")
    for _ in range(4):
        player.turn_on()
    assert player.page.index == 2
    assert player.page.panels == ("loss", "map")


def test_what_would_answer_is_withheld_until_it_is_answered(tmp_path: Path) -> None:
    text = (FRONT + BODY).replace("answer = 2\n", 'answer = 2\nshow = ["map"]\nmetrics = false\n')
    player = LessonPlayer(lesson_in(tmp_path, text))
    player.begin()
    first = (player.page.withholds_panels, player.page.withholds_metrics, player.page.panels)
    assert first == (False, False, ("loss", "map"))
    player.turn_on()
    player.turn_on()
    asked = (player.page.withholds_panels, player.page.withholds_metrics, player.page.panels)
    assert asked == (True, True, ("map",))
    player.answer(1)
    answered = (player.page.withholds_panels, player.page.withholds_metrics, player.page.panels)
    assert answered == (False, False, ("loss", "map"))


def test_what_has_been_asked_is_not_answered_by_a_run_that_goes_on(tmp_path: Path) -> None:
    asks = '[predict]\nquestion = "Which?"\nchoices = ["a", "b"]\nbecause = "So."\n'
    text = FRONT + BODY.replace("run = false\n", asks)
    player = LessonPlayer(lesson_in(tmp_path, text))
    player.begin()
    for _ in range(3):
        player.turn_on()
    assert player.turn_on()[-1:] == [Pause()]
    assert player.answer(1) == []


def test_from_the_last_step_the_next_lesson_follows(tmp_path: Path) -> None:
    lesson, following = lesson_in(tmp_path), lesson_in(tmp_path, name="08-another.md")
    player = LessonPlayer(lesson, following)
    player.begin()
    assert (player.page.leads_to, player.page.is_over) == (None, False)
    for _ in range(4):
        player.turn_on()
    assert player.page.is_last
    assert (player.page.leads_to, player.page.is_over, player.turn_on()) == ("A test", True, [])
    again = player.begin_again()
    assert isinstance(again[0], SetUp)
    assert again[0].experiment == lesson.steps[2].present


def test_a_step_that_leaves_the_run_as_it_is_leaves_where_it_is_to_pause_too(tmp_path: Path) -> None:
    """Who goes on early finds the numbers of the next steps; what is reached already is not asked for again."""
    steps = """
## One
```tuinet
experiment = "--dataset and --hidden none"
pause_at = 30
```
A text.

## Two
A text.

## Three
```tuinet
run = true
```
A text.

## Four
```tuinet
experiment = "--dataset or --hidden none"
```
A text.
"""
    player = LessonPlayer(lesson_in(tmp_path, FRONT + steps))
    pauses = [[command for command in commands if isinstance(command, PauseAt)] for commands in (player.begin(),)]
    for turn in (player.turn_on, player.turn_on, player.turn_on):
        pauses.append([command for command in turn() if isinstance(command, PauseAt)])
    assert pauses == [[PauseAt(30)], [], [PauseAt(None)], [PauseAt(None)]]
    player.turn_back()
    player.turn_back()
    commands = player.begin_again()
    assert (type(commands[0]), commands[1]) == (SetUp, PauseAt(30))
