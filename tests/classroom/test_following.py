"""A follower's runner: what it refuses, forks, and how it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.classroom.classes import agree, are_same, following, seen, teaching, when
from tests.session.test_checkpoint import EVERYTHING
from tuinet.advice import key
from tuinet.classroom import link
from tuinet.classroom.messages import Chosen
from tuinet.classroom.server import ClassServer
from tuinet.errors import ClassError, TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.runner import Runner
from tuinet.session.commands import Back, Choose, Command, Fork, Pause, Rejoin, Resume, Seek, SetSpeed, Step, Undo
from tuinet.session.edits import Configure
from tuinet.session.session import Session


@pytest.mark.parametrize(
    "command", [Step(), Resume(), Pause(), Back(), Seek(0), Undo(), SetSpeed(1.0), Configure.of(l2=0.1), Choose(1)]
)
def test_what_would_change_the_run_is_refused(folder: Path, command: Command) -> None:
    with teaching(folder) as teacher, following(teacher) as follower:
        follower.send(command)
        when(lambda: follower.latest().refusal != "")
        wanted = "nothing is asked now" if isinstance(command, Choose) else "makes a copy of your own"
        assert wanted in follower.latest().refusal
        assert are_same(follower._session, teacher.session)


def test_a_copy_of_ones_own_is_changed_and_the_class_goes_on(folder: Path) -> None:
    with teaching(folder, EVERYTHING) as teacher, following(teacher) as one, following(teacher) as other:
        teacher.do(Step(), Step("phase"))
        agree(teacher, one)
        one.fork()
        when(lambda: seen(one).attendance == "forked")
        assert are_same(one._session, teacher.session)
        assert one.latest().at_stake == "nothing"
        when(lambda: teacher.classroom.forked == 1 and seen(other).forked == 1)
        for command in (Configure.of(learning_rate=0.5), Step(), Step()):
            one.send(command)
        when(lambda: one.latest().snapshot.epoch == 3)
        assert one.latest().at_stake == "lost"
        teacher.do(Step("batch"), Configure.of(l2=0.5))
        agree(teacher, other)
        assert not are_same(one._session, teacher.session)
        one.rejoin()
        agree(teacher, one)
        when(lambda: seen(one).attendance == "following" and teacher.classroom.forked == 0)
        when(lambda: teacher.classroom.agreeing == 2)
        assert one.latest().at_stake == "nothing"


def test_who_goes_back_while_the_class_is_paused_waits_for_no_bytes_to_be_saved_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("BYTES_A_SECOND", 0.0), ("_CREDIT", 0.0), ("RETURN_SECONDS", 0.01)):
        monkeypatch.setattr(f"tuinet.classroom.attendant.{name}", value)
    with teaching(folder) as teacher, following(teacher) as follower:
        for _ in range(3):
            follower.fork()
            follower.send(Step())
            when(lambda: teacher.classroom.forked == 1)
            follower.rejoin()
            agree(teacher, follower)
            when(lambda: teacher.classroom.agreeing == 1)


def test_a_copy_trains_by_itself(folder: Path) -> None:
    with teaching(folder, speed=None) as teacher, following(teacher) as follower:
        follower.fork()
        follower.send(Resume())
        when(lambda: follower.latest().snapshot.epoch > 20)
        assert follower.latest().running
        assert teacher.runner.latest().snapshot.epoch == 0


def test_forking_twice_and_going_back_twice_are_refused(folder: Path) -> None:
    with teaching(folder) as teacher, following(teacher) as follower:
        follower.rejoin()
        when(lambda: "this is the class" in follower.latest().refusal)
        follower.fork()
        follower.fork()
        when(lambda: "of your own already" in follower.latest().refusal)


@pytest.mark.parametrize("command", [Fork(), Rejoin(), Choose(1)])
def test_without_a_class_there_is_nothing_to_fork_from(command: Command) -> None:
    runner = Runner(Session(Experiment()), running=False)
    with pytest.raises(TuinetError, match="no class is followed here"):
        runner._handle(command)


def test_one_who_was_dropped_comes_back_where_the_class_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 0.01)
    with teaching(folder, EVERYTHING) as teacher, following(teacher) as follower:
        for _ in range(3):
            follower._link.drop()
            teacher.do(Step(), Configure.of(batch_size=4))
            agree(teacher, follower)
            when(lambda: seen(follower).attendance == "following")


def test_a_copy_outlives_the_class_and_goes_back_when_there_is_one_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(link, "LAST_PAUSE", 0.01)
    with teaching(folder) as teacher, following(teacher) as follower:
        follower.fork()
        when(lambda: seen(follower).attendance == "forked")
        teacher.server.close()
        follower.send(Step())
        when(lambda: follower.latest().snapshot.epoch == 1)
        assert seen(follower).attendance == "forked"
        follower.rejoin()
        when(lambda: follower.latest().refusal.endswith("'s class is not there: your copy stays"))
        assert (seen(follower).attendance, follower.latest().snapshot.epoch) == ("forked", 1)
        teacher.server = ClassServer(teacher.runner, teacher.place)
        teacher.server.open()
        when(lambda: teacher.classroom.forked == 1)
        follower.rejoin()
        teacher.do(Step(), Step())
        agree(teacher, follower)


def test_a_class_that_was_closed_is_said_in_words_and_comes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(link, "LAST_PAUSE", 0.01)
    losses = list[link.Lost]()
    with teaching(folder) as teacher, following(teacher) as follower:
        lose = follower._link._lost

        def note(lost: link.Lost) -> None:
            losses.append(lost)
            lose(lost)

        monkeypatch.setattr(follower._link, "_lost", note)
        teacher.server.close()
        # Those too that say that nobody is there any more when it is tried again.
        when(lambda: len(losses) > 3)
        words = f"{teacher.place.teacher} has closed the class; {key('fork')} makes a copy of your own"
        when(lambda: follower.latest().warning == words)
        assert {lost.farewell for lost in losses} == {""}
        teacher.server = ClassServer(teacher.runner, teacher.place)
        teacher.server.open()
        when(lambda: seen(follower).attendance == "following" and not follower.latest().warning)


def test_a_class_that_is_gone_without_a_word_does_not_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 8.0)
    with teaching(folder) as teacher, following(teacher) as follower:
        follower._link.drop()
        when(lambda: follower.latest().warning != "")
        assert follower.latest().warning == f"{teacher.place.teacher}'s class does not answer; tried again in 8 s"


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_a_class_that_is_gone_has_asked_is_answered_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_closed: bool
) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 8.0)
    with teaching(folder) as teacher, following(teacher) as follower:
        teacher.server.ask("Sign?", ("plus", "minus"))
        when(lambda: seen(follower).question is not None)
        follower.answer(2)
        when(lambda: seen(follower).choice == 2)
        (teacher.server.close if is_closed else follower._link.drop)()
        when(lambda: seen(follower).attendance == "waiting")
        assert (seen(follower).question, seen(follower).choice) == (None, None)
        follower.answer(1)
        when(lambda: follower.latest().refusal == "not sent: there is no connection to the class")
        assert seen(follower).choice is None


def test_an_answer_that_cannot_be_sent_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with teaching(folder) as teacher, following(teacher) as follower:
        teacher.server.ask("Sign?", ("plus", "minus"))
        when(lambda: seen(follower).question is not None)
        monkeypatch.setattr(follower._link, "send", lambda message: not isinstance(message, Chosen))
        follower.answer(2)
        when(lambda: follower.latest().refusal == "not sent: there is no connection to the class")
        assert seen(follower).choice is None


def test_who_comes_back_to_a_question_is_asked_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "FIRST_PAUSE", 0.01)
    with teaching(folder) as teacher, following(teacher) as follower:
        teacher.server.ask("Sign?", ("plus", "minus"))
        when(lambda: seen(follower).question is not None)
        follower.answer(2)
        when(lambda: seen(follower).choice == 2)
        follower._link.drop()
        # What was chosen went with the connection: the screen must not say that it counts.
        when(lambda: seen(follower).question is not None and seen(follower).choice is None)
        follower.answer(1)
        when(lambda: teacher.classroom.question is not None and teacher.classroom.question.counts == (1, 0))


def test_two_classes_cannot_be_at_one_place(folder: Path) -> None:
    with teaching(folder) as teacher, pytest.raises(ClassError, match="a class is open there already"):
        ClassServer(teacher.runner, teacher.place).open()


def test_while_the_teacher_is_at_full_speed_a_follower_comes_from_state_to_state(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuinet.classroom.catching_up.LATE_SECONDS", -1.0)
    monkeypatch.setattr("tuinet.classroom.catching_up.JUMP_SECONDS", 0.0)
    monkeypatch.setattr("tuinet.classroom.teaching.COPY_SECONDS", 0.0)
    monkeypatch.setattr("tuinet.classroom.attendant.BYTES_A_SECOND", 1e6)
    with teaching(folder, speed=None) as teacher, following(teacher) as follower:
        teacher.do(Resume())
        when(lambda: follower._replay.jumps > 3 and follower.latest().snapshot.epoch > 100)
        teacher.do(Pause())
        agree(teacher, follower)
        when(lambda: teacher.classroom.agreeing == 1)
        assert teacher.server.comparisons[False] == 0
