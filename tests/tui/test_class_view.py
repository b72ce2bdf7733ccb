"""What is seen of a class: by its teacher, and by those who follow."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tests.tui.test_app import DARK, LIGHT, screen_text
from tuinet.advice import key
from tuinet.classroom import places
from tuinet.classroom.places import choose_place
from tuinet.classroom.server import ClassServer
from tuinet.experiment.presets import make_experiment
from tuinet.lessons.claims import bundled_folder
from tuinet.lessons.lesson import LessonPlayer, LessonStep, Prediction
from tuinet.lessons.reader import read_lesson
from tuinet.observe.classroom import Attendance, ClassQuestion, Classroom, Pointer
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import View
from tuinet.runner import Runner
from tuinet.session.commands import Choose, Fork, Rejoin
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.class_page import lesson_page, question_page
from tuinet.tui.keys import DASHBOARD_BINDINGS, LESSON_BINDINGS
from tuinet.tui.offered import EDITING, PLAYING, name_of, offered, reason_against, usable
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import panel_class
from tuinet.tui.panels.footer import hints
from tuinet.tui.panels.map.ring import nearest_sample, place_of
from tuinet.tui.panels.network import NetworkPanel
from tuinet.tui.panels.weights import WeightsPanel
from tuinet.tui.pointing import pointed_sample, pointed_unit, pointed_weight, pointer_words
from tuinet.tui.screens.class_actions import class_words
from tuinet.tui.screens.dashboard import Dashboard

ASKED = ClassQuestion(3, "Which sign has δ?", ("plus", "minus"), 2, "The output is too small.")
FOLLOWING = Classroom("class", "ada", "following", followers=12, forked=2)
TEACHING = replace(FOLLOWING, attendance="teaching", agreeing=10)


def frame_of(classroom: Classroom) -> Frame:
    return make_frame()._replace(classroom=classroom)


@pytest.mark.parametrize(
    ("classroom", "words"),
    [
        (TEACHING, "class: 12 follow, 2 forked, all agree"),
        (replace(TEACHING, agreeing=9), "class: 12 follow, 2 forked"),
        (replace(TEACHING, differing=1), "class: 12 follow, 2 forked, 1 differ"),
        (
            replace(TEACHING, followers=0, forked=0, words="class y is open: tuinet follow y"),
            "class y is open: tuinet follow y",
        ),
        (FOLLOWING, "ada's class: f makes a copy of your own"),
        (replace(FOLLOWING, attendance="forked"), "your own copy: f goes back to ada"),
        (replace(FOLLOWING, attendance="joining"), "joining ada's class"),
        (replace(FOLLOWING, attendance="waiting", words="gone"), ""),
    ],
)
def test_the_status_says_whose_run_it_is_and_who_follows(classroom: Classroom, words: str) -> None:
    assert class_words(classroom, "f") == words


def test_nobody_sees_the_right_answer_before_it_is_revealed_not_even_on_a_projector() -> None:
    for classroom in (FOLLOWING, TEACHING):
        page = question_page(replace(classroom, question=ASKED), "c")
        assert page is not None and page.step.prediction is not None
        assert page.step.prediction.answer is None and not page.step.prediction.because
    revealed = replace(ASKED, is_revealed=True, counts=(3, 9))
    page = question_page(replace(FOLLOWING, question=revealed, choice=1), "c")
    assert page is not None and page.step.prediction is not None
    assert page.step.prediction.choices == ("plus · === 3", "minus · ========= 9")
    assert (page.step.prediction.answer, page.answer, page.led_by) == (2, 1, "12 answered")


def test_a_follower_reads_the_step_of_the_lesson_that_the_teacher_is_in() -> None:
    page = lesson_page(replace(FOLLOWING, lesson=("symmetry", 1)), {})
    assert page is not None and page.index == 1 and page.led_by == "ada leads"
    assert page is lesson_page(replace(FOLLOWING, lesson=("symmetry", 1)), {})
    for lesson in (None, ("symmetry", 99), ("symmetry", -1), ("../../etc/passwd", 0)):
        assert lesson_page(replace(FOLLOWING, lesson=lesson), {}) is None


def test_what_is_pointed_at_has_a_name_and_a_value_where_the_network_has_it() -> None:
    snapshot = Session(make_experiment(dataset="xor")).snapshot()
    frame = make_frame()._replace(snapshot=snapshot, classroom=replace(FOLLOWING, pointer=Pointer("weight", 1, 1, 0)))
    value = snapshot.layers[0].weights[1, 0]
    assert pointer_words(frame) == f"ada points at layer 1, x2 → h1 = {value:+.4g}"
    cursor = pointed_weight(frame)
    assert cursor is not None and cursor.value(snapshot) == value

    def at(pointer: Pointer) -> Frame:
        return frame._replace(classroom=replace(FOLLOWING, pointer=pointer))

    bias = pointed_weight(at(Pointer("weight", 2)))
    assert bias is not None and (bias.layer, bias.row, bias.column) == (1, 2, 0)
    assert pointed_unit(at(Pointer("neuron", 1, None, 1))) == (1, 1)
    assert pointed_sample(at(Pointer("sample", row=3))) == 3
    assert pointer_words(at(Pointer("sample", row=3))) == "ada points at sample 4"
    assert pointer_words(at(Pointer("phase", row=0))) == "ada points at the phase batch"
    for beyond in (Pointer("neuron", 9), Pointer("weight", 0), Pointer("sample", row=4), Pointer("phase", row=99)):
        assert not pointer_words(at(beyond))


async def test_digits_answer_the_question_and_f_forks_and_comes_back() -> None:
    runner = StubRunner(frame_of(replace(FOLLOWING, question=ASKED)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await settle(pilot, "Which sign has δ?")
        assert "1-2 answer" in screen_text(pilot) and "right" not in screen_text(pilot)
        await pilot.press("2", "f")
        runner.frame = frame_of(replace(FOLLOWING, attendance="forked"))
        await settle(pilot, "f back to class")
        await pilot.press("f")
        assert runner.commands == [Choose(2), Fork(), Rejoin()]


async def test_the_farewell_of_a_class_names_the_key_that_makes_a_copy() -> None:
    words = f"ada has closed the class; {key('fork')} makes a copy of your own"
    gone = replace(FOLLOWING, attendance="waiting", words=words)
    runner = StubRunner(frame_of(gone)._replace(warning=words))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 24)) as pilot:
        await settle(pilot, "ada has closed the class; f makes a copy of your own")


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where classes are in this test; with a short name, since a socket's path must not be long."""
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as name:
        monkeypatch.setattr(places, "_FOLDERS", Path(name))
        yield Path(name)


@pytest.mark.parametrize("has_socket", [True, False])
async def test_a_class_that_is_opened_again_is_the_one_that_was_closed(folder: Path, *, has_socket: bool) -> None:
    import grp  # noqa: PLC0415 - there are no groups on Windows

    group = grp.getgrgid(os.getegid()).gr_name
    place = choose_place("k", folder / "s.socket" if has_socket else None, group)
    runner = Runner(Session(make_experiment()), running=False)
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 24)) as pilot:
        assert isinstance(pilot.app, TuinetApp)
        actions = pilot.app._dashboard.class_actions
        server = ClassServer(runner, place)
        server.open()
        pilot.app.open_class(server)
        actions.close()
        assert not place.path.exists()
        actions.open()
        assert actions.server is not None and actions.server.place == place
        assert place.path.is_socket()
        assert place.path.stat().st_gid == os.getegid()
        actions.close()


async def test_a_follower_is_offered_no_key_that_would_be_refused() -> None:
    runner = StubRunner(frame_of(FOLLOWING))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(200, 24)) as pilot:
        footer = screen_text(pilot).split("\n")[-1]
        assert footer.strip().startswith("f fork")
        assert not any(word in footer for word in ("step", "go on", "pause", "reinit", "speed"))


async def settle(pilot: Pilot[Any], wanted: str) -> str:
    assert isinstance(pilot.app, TuinetApp)
    for _ in range(500):
        pilot.app.call_later(pilot.app.show_answer)
        await pilot.pause(0.01)
        if wanted in " ".join(screen_text(pilot).split()):
            return screen_text(pilot)
    raise AssertionError(f"{wanted!r} never came:\n{screen_text(pilot)}")


async def test_panels_mark_what_is_pointed_at_and_say_what_their_cursor_is_at() -> None:
    snapshot = Session(make_experiment(dataset="xor")).snapshot(View(20, 20))
    frame = make_frame()._replace(snapshot=snapshot)

    def at(pointer: Pointer) -> Frame:
        return frame._replace(classroom=replace(FOLLOWING, pointer=pointer))

    runner = StubRunner(at(Pointer("sample", row=3)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await settle(pilot, "points at sample 4")
        assert "[ ] sample 4" in screen_text(pilot)
        await pilot.press("1")
        rows = screen_text(pilot).split("\n")
        assert any("[" in row and "]" in row for row in rows[4:])
        runner.frame = at(Pointer("neuron", 1, None, 1))
        await pilot.press("5")
        await settle(pilot, "points at")
        focused = pilot.app.focused
        assert isinstance(focused, NetworkPanel) and focused.cursor is not None
        layer, unit = focused.cursor
        assert focused.under_cursor == Pointer("neuron", layer, None, unit)
        await pilot.press("escape", "w", "down")
        weights = pilot.app.focused
        assert isinstance(weights, WeightsPanel) and weights.under_cursor == Pointer("weight", 1, 1, 0)


def test_the_sample_that_is_nearest_to_the_cursor_is_meant() -> None:
    snapshot = Session(make_experiment(dataset="xor")).snapshot(View(20, 20))
    for index, place in enumerate(snapshot.dataset.X.tolist()):
        near = (place[0] * 0.9 + 0.05, place[1] * 0.9 + 0.05)
        assert nearest_sample(snapshot, near) == index
        found = place_of(snapshot, index)
        assert found is not None and list(found) == place
    assert place_of(snapshot, 4) is None


def test_a_question_of_a_lesson_withholds_what_the_lesson_withholds_until_it_is_revealed() -> None:
    asked = Prediction(ASKED.question, ASKED.choices, 2, "Because.", show=("weights",), metrics=False)
    step = LessonStep("One neuron", "", prediction=asked)
    for classroom in (FOLLOWING, TEACHING, replace(FOLLOWING, choice=1)):
        page = question_page(replace(classroom, question=ASKED), "c", step)
        assert page is not None and page.withholds_panels and page.withholds_metrics and page.panels == ("weights",)
    told = question_page(replace(TEACHING, question=replace(ASKED, is_revealed=True, counts=(1, 2))), "c", step)
    assert told is not None and not told.withholds_panels and not told.withholds_metrics
    other = question_page(replace(TEACHING, question=replace(ASKED, question="Another?")), "c", step)
    assert other is not None and not other.withholds_panels


def test_nothing_of_a_led_lesson_is_ticked_off_that_has_not_come_true() -> None:
    page = lesson_page(replace(FOLLOWING, lesson=("one-neuron", 1)), {})
    assert page is not None and page.waits and not page.is_done


async def test_a_question_is_noticed_on_other_screens_and_a_lesson_that_was_left_stays_left() -> None:
    runner = StubRunner(frame_of(FOLLOWING))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        await pilot.press("m")
        runner.frame = frame_of(replace(FOLLOWING, question=ASKED))
        dashboard.poll()
        await settle(pilot, "ada asks a question: esc leads to it")
        await pilot.press("escape")
        await settle(pilot, "Which sign has δ?")
        dashboard.lesson._player = LessonPlayer(read_lesson(bundled_folder() / "01-one-neuron.md"))
        runner.frame = frame_of(FOLLOWING)
        dashboard.poll()
        assert dashboard.page is None


def test_a_pointer_is_in_a_network_that_has_its_place_and_in_no_other() -> None:
    inside = (
        Pointer("neuron", 0, None, 1),
        Pointer("neuron", 2),
        Pointer("weight", 1, 1, 2),
        Pointer("weight", 2, None),
    )
    outside = (Pointer("neuron", 3), Pointer("neuron", 1, None, 3), Pointer("weight", 0, 0), Pointer("weight", 1, 2, 0))
    assert all(pointer.is_in((2, 3, 1), 4) for pointer in inside)
    assert not any(pointer.is_in((2, 3, 1), 4) for pointer in outside)
    assert Pointer("sample", row=3).is_in((2, 3, 1), 4) and not Pointer("sample", row=4).is_in((2, 3, 1), 4)
    assert not Pointer("sample").is_in((2, 3, 1), 4) and not Pointer("phase", row=-1).is_in((2, 3, 1), 4)


@pytest.mark.parametrize("attendance", ["following", "joining", "waiting", "forked"])
def test_who_is_in_a_class_is_offered_nothing_that_would_be_refused(attendance: Attendance) -> None:
    classroom = replace(FOLLOWING, attendance=attendance)
    keys = [*DASHBOARD_BINDINGS, *LESSON_BINDINGS, *(key for name in PANELS for key in panel_class(name).KEYS)]
    left = {name_of(one) for one in usable(keys, frame_of(classroom))}
    assert not left & {"class", "point"}, "these are the teacher's"
    if attendance == "forked":
        assert {"step", "next_activation", "lesson"} <= left
        return
    assert not left & (EDITING | PLAYING | {"lesson"})
    assert {"find_rate", "check_gradients", "share", "save_run", "microscope", "shift_finely", "ask"} <= left
    for name in EDITING | PLAYING | {"lesson"}:
        assert "f makes a copy" in reason_against(name, frame_of(classroom), "f"), name
        assert "not here yet" in reason_against(name, frame_of(replace(classroom, has_run=False)), "f"), name
    assert not any(reason_against(name, frame_of(classroom), "f") for name in left)


def fork_words(classroom: Classroom) -> str:
    shown = hints(offered(DASHBOARD_BINDINGS, frame_of(classroom)))
    return next((hint.description for hint in shown if hint.keys == ("f",)), "")


def test_a_copy_is_offered_a_way_back_only_while_the_class_is_there_and_a_copy_only_where_there_is_a_run() -> None:
    copy = replace(FOLLOWING, attendance="forked")
    assert fork_words(FOLLOWING) == "fork" and fork_words(copy) == "back to class"
    assert not fork_words(replace(copy, words="ada has closed the class"))
    assert class_words(replace(copy, words="gone"), "f") == "your own copy: ada's class is not there"
    assert not fork_words(replace(FOLLOWING, attendance="joining", has_run=False))
    assert fork_words(replace(FOLLOWING, attendance="waiting", words="gone")) == "fork"


async def test_what_a_follower_cannot_do_is_not_asked_for_and_said_in_a_line() -> None:
    runner = StubRunner(frame_of(FOLLOWING)._replace(running=True))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 24)) as pilot:
        commands = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert {"Microscope", "Settings", "Manual", "Share"} <= commands
        assert not {command for command in commands if command.startswith(("Set ", "Lesson", "Step", "Class", "Point"))}
        for key_name in ("space", "s", "plus", "a", "comma", "L", "left_curly_bracket"):
            await pilot.press(key_name)
            await settle(pilot, "f makes a copy")
        for key_name in ("m", "g", "y"):
            await pilot.press(key_name)
            assert pilot.app.screen is not pilot.app.screen_stack[0]
            await pilot.press("escape")
        await pilot.press("w", "enter")
        await settle(pilot, "f makes a copy")
        assert pilot.app.screen is pilot.app.screen_stack[0] and not runner.commands


async def test_a_lesson_goes_with_a_copy_and_is_left_with_it() -> None:
    runner = StubRunner(frame_of(replace(FOLLOWING, attendance="forked")))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 30)) as pilot:
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        dashboard.lesson.open_lesson(bundled_folder() / "01-one-neuron.md")
        assert shown_pages(dashboard) == (True, True)
        runner.frame = frame_of(FOLLOWING)
        dashboard.poll()
        assert shown_pages(dashboard) == (False, False)


def shown_pages(dashboard: Dashboard) -> tuple[bool, bool]:
    return dashboard.page is not None, dashboard.lesson.page is not None
