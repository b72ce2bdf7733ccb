from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lessons.factories import BODY, FRONT, MINIMAL, lesson_in
from tuinet.errors import LessonError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.lessons.claims import find_lesson, headings, lesson_after, user_folder
from tuinet.lessons.reader import read_heading, read_lesson


def test_everything_that_is_written_is_read(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path)
    assert (lesson.name, lesson.title, lesson.summary, lesson.minutes) == ("a-test", "A test", "Of everything.", 1)
    first, second, third = lesson.steps
    assert [step.title for step in lesson.steps] == ["First", "Second", "Third"]
    assert first.experiment == make_experiment(dataset="and", hidden=(), arithmetic="portable")
    assert (first.show, first.speed, first.do, first.keys) == (("loss", "map"), 200.0, "Press `space`.", ("space",))
    assert first.wait is not None
    assert (first.wait.source, first.wait_for, first.text) == ("epoch >= 5", "five epochs", "It draws **one line**.")
    assert second.prediction is not None
    assert second.prediction.choices == ("here", "there")
    assert (second.prediction.answer, second.run, second.pause_at) == (2, True, 100)
    assert second.text == "- a list\n- of two"
    assert (third.experiment, third.changes, third.speed) == (None, (("learning_rate", 0.05),), None)
    assert third.present == Experiment(learning_rate=0.05, arithmetic="portable")
    (claim,) = lesson.claims
    assert (claim.says, claim.epoch, claim.experiment) == ("one line", 400, first.experiment)


def test_a_step_needs_no_block_but_the_first_one(tmp_path: Path) -> None:
    lesson = lesson_in(tmp_path, MINIMAL + "\n## Two\n\n```\n## not a heading\n```\n")
    assert lesson.steps[1].text == "```\n## not a heading\n```"
    assert lesson.steps[1].present == Experiment(arithmetic="portable")


BLOCK = 'experiment = "--dataset and --hidden none"'


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("+++\ntitle", "title", 1, "a lesson begins with a line +++"),
        ("minutes = 1\n+++", "minutes = 1", 1, "the front matter has no end"),
        ('title = "A test"\n', "", 2, "title is missing"),
        ("minutes = 1", "minutes = 0", 4, "minutes: 0 is not a whole number from 1"),
        ("minutes = 1", "minutes = true", 4, "minutes: True is not a whole number"),
        ("minutes = 1", "minuts = 1", 4, "minuts: there is no such key; did you mean 'minutes'?"),
        ("minutes = 1", "minutes =", 4, "not TOML: Invalid value"),
        ("\n## First", "\nstray\n\n## First", 7, "'stray' stands before the first step"),
        (BLOCK, "run = true", 7, "the first step needs an experiment"),
        (BLOCK, 'experiment = "--dataset andd"', 10, "experiment: --dataset: "),
        (BLOCK, 'experiment = "--hiden 2"', 10, "experiment: No such option"),
        (BLOCK, 'experiment = "--help"', 10, "experiment: '--help' are not the options"),
        (BLOCK, 'experiment = "--learning-rate -1"', 10, "experiment: --learning-rate: "),
        (BLOCK, "experiment = 3", 10, "experiment: 3 is not a text in quotes"),
        ('show = ["loss", "map"]', 'show = ["lss"]', 11, "show: there is no panel 'lss'; there are map, loss"),
        ("speed = 200", "speed = 0", 12, "speed: 0 is neither a number of epochs per second"),
        ("speed = 200", 'speed = "fast"', 12, "speed: 'fast' is neither"),
        ('wait = "epoch >= 5"', 'wait = "epoc >= 5"', 14, "wait: there is no 'epoc'; did you mean 'epoch'?"),
        ('wait = "epoch >= 5"', 'wait = "epoch >="', 14, "wait: 'epoch >=' is not a condition"),
        ('wait = "epoch >= 5"', 'wait = "z(1, 1, 1) > 5"', 14, "wait: 'z(1, 1, 1) > 5' is about a step's arithmetic"),
        ('wait = "epoch >= 5"\n', "", 14, "wait_for: the step needs wait, too"),
        ('keys = "space"\n', "", 13, "do: the step needs keys, too"),
        ('keys = "space"', 'keys = "the space bar"', 16, "keys: 'the space bar' is not the name of a key"),
        ('says = "one line"', 'says = "two lines"', 19, "says: 'two lines' does not stand in the text"),
        ('holds = "correct == 4"', 'holds = "paused"', 21, "holds: 'paused' is about the screen"),
        ('holds = "correct == 4"', "", 18, "holds is missing"),
        ("epoch = 400", "times = 3", 20, "times: needs seeds, too"),
        ("epoch = 400", "interval = [1, 2]", 20, "interval: needs times, too"),
        ("epoch = 400", "interval = [2, 1]", 20, "interval: [2, 1] is not two numbers of percent"),
        ("epoch = 400", 'interval = "60 to 74"', 20, "interval: '60 to 74' is not two numbers of percent"),
        ("epoch = 400", 'seeds = "5-1"', 20, "seeds: '5-1' is not a range"),
        ("epoch = 400", 'phase = "backwards"', 20, "phase: 'backwards' is not a phase"),
        ("epoch = 400", "epoch = 400\nthen = 4", 21, "then: 4 is before epoch 400"),
        ("answer = 2", "answer = 3", 36, "answer: 3 is more than the 2 choices"),
        ('choices = ["here", "there"]', 'choices = ["here"]', 35, "choices: 1 choices; give 2 to 5"),
        ("pause_at = 100", "pause_at = 0", 31, "pause_at: 0 is not a whole number from 1"),
        ("run = true", 'run = "yes"', 30, "run: 'yes' is neither true nor false"),
        ('change = "--learning-rate 0.05"', 'change = "--dataset or"', 46, "change: --dataset needs a new experiment"),
        ('change = "--learning-rate 0.05"', 'change = "--learning-rate 0"', 46, "change: --learning-rate: "),
        ("run = false\n```", "run = false", 45, "the block has no end"),
        ("The end.", "```tuinet\n```", 51, "a step has one tuinet block"),
        ("The end.", "```\nThe end.", 43, "a block of the step has no end"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, complaint: str, tmp_path: Path) -> None:
    text = FRONT + BODY
    assert text.count(old) == 1
    with pytest.raises(LessonError) as error:
        lesson_in(tmp_path, text.replace(old, new))
    assert str(error.value).startswith(f"{tmp_path / '07-a-test.md'}:{line}: {complaint}")
    assert "\n" not in str(error.value)


def test_files_that_are_no_lessons(tmp_path: Path) -> None:
    for data in (b"", b"\xff\xfe", b"\x00" * 100, b"+++\n+++\n", b"x" * 2**21):
        path = tmp_path / "bad.md"
        path.write_bytes(data)
        with pytest.raises(LessonError, match=r"bad\.md"):
            read_lesson(path)
    with pytest.raises(LessonError, match="there is no such file"):
        read_lesson(tmp_path / "missing.md")
    with pytest.raises(LessonError):
        read_lesson(tmp_path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(FRONT + BODY) - 1), text=st.text(max_size=4), gone=st.integers(0, 9))
def test_a_damaged_lesson_is_read_or_refused(place: int, text: str, gone: int, tmp_path: Path) -> None:
    whole = FRONT + BODY
    path = tmp_path / "damaged.md"
    path.write_text(whole[:place] + text + whole[place + gone :], encoding="utf-8", errors="replace")
    try:
        assert read_lesson(path).steps
    except LessonError as error:
        assert str(error).startswith(str(path))


def test_lessons_are_found_by_number_name_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    found, faults = headings()
    assert not faults
    assert find_lesson("minsky-papert").title == "Minsky and Papert, 1969"
    number = 1 + [heading.name for heading in found].index("minsky-papert")
    assert find_lesson(str(number)).name == "minsky-papert"
    own = lesson_in(tmp_path, MINIMAL, "own.md")
    assert find_lesson(str(own.path)).title == "A test"
    with pytest.raises(LessonError, match="there is no lesson 'nothing'; there are 1 to"):
        find_lesson("nothing")


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("1", "one-neuron"),
        ("01", "one-neuron"),
        ("014", "luck-of-the-start"),
        ("02-minsky-papert", "minsky-papert"),
        ("minsky", "minsky-papert"),
        ("Papert", "minsky-papert"),
        ("dead re", "dead-relus"),
        ("1986", "hidden-layer-1986"),
        ("iris", "softmax-iris"),
    ],
)
def test_a_lesson_is_found_by_a_part_of_its_name(wanted: str, name: str) -> None:
    assert find_lesson(wanted).name == name


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("momentum", "'momentum' could be momentum-adam or why-momentum"),
        ("0", "there is no lesson '0'; there are 1 to 16"),
        ("17", "there is no lesson '17'"),
        ("198", "there is no lesson '198'"),
        ("9" * 5000, "there is no lesson '999"),
        ("--", "there is no lesson '--'"),
        ("x" * 300, "there is no lesson 'xxx"),
    ],
)
def test_what_no_lesson_or_several_have_in_their_names_is_said(wanted: str, said: str) -> None:
    with pytest.raises(LessonError, match=re.escape(said)):
        find_lesson(wanted)


def test_every_lesson_leads_to_the_next_and_the_last_to_none(tmp_path: Path) -> None:
    found, _ = headings()
    assert [*map(lesson_after, found)] == [*found[1:], None]
    assert lesson_after(lesson_in(tmp_path)) is None


def test_ones_own_lessons_come_last_and_broken_ones_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    user_folder().mkdir(parents=True)
    lesson_in(user_folder(), MINIMAL, "01-mine.md")
    (user_folder() / "02-broken.md").write_text("nothing", encoding="utf-8")
    found, faults = headings()
    assert found[-1] == read_heading(user_folder() / "01-mine.md")
    assert len(faults) == 1
    assert "02-broken.md:1: a lesson begins" in str(faults[0])
