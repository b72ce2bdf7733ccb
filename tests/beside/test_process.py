"""The process beside: results come, the latest task counts, it pauses, and its end is noticed."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tuinet.beside.process import SideProcess, Task


@dataclass(frozen=True)
class Count:
    """Counts from a number on, for ever or up to another one."""

    first: int
    last: int | None = None

    def results(self) -> Iterator[object]:
        number = self.first
        while self.last is None or number <= self.last:
            yield number
            number += 1


@dataclass(frozen=True)
class Fail:
    def results(self) -> Iterator[object]:
        yield 1
        raise ValueError("no\nway")


@dataclass(frozen=True)
class Own:
    """Tells the number of its process, and goes on for ever."""

    which: int = 0

    def results(self) -> Iterator[object]:
        yield os.getpid()
        while True:
            yield None


@dataclass(frozen=True)
class End:
    def results(self) -> Iterator[object]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield None


class Heard:
    """Waits for what a process beside has told."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self.beside = SideProcess(self._tell)

    def _tell(self) -> None:
        with self._told:
            self._told.notify_all()

    def until(self, condition: str) -> None:
        with self._told:
            assert self._told.wait_for(lambda: eval(condition, {"b": self.beside}), timeout=60), condition

    def until_silent(self) -> None:
        """What was on its way has come as soon as nothing new comes for a while."""
        with self._told:
            deadline = time.monotonic() + 60
            while self._told.wait(0.1):
                assert time.monotonic() < deadline


@pytest.fixture
def heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.beside.end()


def test_results_come_until_the_task_is_done(heard: Heard) -> None:
    heard.beside.ask(Count(1, 5))
    heard.until("b.is_done")
    assert heard.beside.result == 5
    assert not heard.beside.failure


def test_the_latest_task_is_what_counts(heard: Heard) -> None:
    heard.beside.ask(Count(1))
    heard.until("b.result is not None")
    heard.beside.ask(Count(-3, -1))
    assert heard.beside.result is None
    heard.until("b.is_done")
    assert heard.beside.result == -1


def test_a_task_that_is_asked_for_again_goes_on(heard: Heard) -> None:
    heard.beside.ask(Count(1))
    heard.until("b.result is not None and b.result > 100")
    heard.beside.ask(Count(1))
    assert heard.beside.result > 100


def test_a_pause_stops_and_resuming_goes_on(heard: Heard) -> None:
    heard.beside.ask(Count(1))
    heard.until("b.result is not None")
    heard.beside.pause()
    heard.beside.ask(Count(1, 3))
    heard.until("b.is_done")
    heard.beside.ask(Count(1))
    heard.until("b.result is not None")
    heard.beside.pause()
    heard.beside.resume()
    reached = heard.beside.result
    heard.until(f"b.result > {reached} + 1000")


def test_a_failure_is_told_in_one_line_and_the_next_task_works(heard: Heard) -> None:
    heard.beside.ask(Fail())
    heard.until("b.is_done")
    assert heard.beside.failure == "ValueError: no way"
    heard.beside.ask(Fail())
    assert heard.beside.is_done, "what has failed is not tried again as long as it is asked for"
    heard.beside.pause()
    heard.beside.ask(Fail())
    assert not heard.beside.failure
    heard.until("b.is_done")
    heard.beside.ask(Count(1, 2))
    heard.until("b.is_done")
    assert heard.beside.result == 2


def test_a_process_that_is_killed_is_noticed_and_begun_anew(heard: Heard) -> None:
    heard.beside.ask(Own())
    heard.until("b.result is not None")
    os.kill(heard.beside.result, signal.SIGKILL)
    heard.until("b.failure")
    heard.beside.ask(Count(1, 2))
    heard.until("b.is_done and not b.failure")
    assert heard.beside.result == 2


def test_the_process_ends_with_the_one_that_began_it(heard: Heard) -> None:
    heard.beside.ask(Own())
    heard.until("b.result is not None")
    pid = heard.beside.result
    heard.beside.end()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_may_be_ended_while_results_are_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[object] = []
    monkeypatch.setattr(threading, "excepthook", broken.append)
    for _ in range(3):
        heard = Heard()
        heard.beside.ask(Count(1))
        heard.until("b.result is not None and b.result > 100")
        (listening,) = [thread for thread in threading.enumerate() if thread.name.endswith("(_listen)")]
        heard.beside.end()
        listening.join(60)
        assert not listening.is_alive()
    assert broken == []


def test_where_no_process_can_begin_the_task_has_failed(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/no/such/python")
        heard.beside.ask(Count(1, 2))
        heard.until("b.is_done")
        assert heard.beside.failure.startswith("FileNotFoundError: ")
    heard.beside.ask(Count(1, 2))
    assert heard.beside.is_done, "it is not tried again as long as it is asked for"
    heard.beside.pause()
    heard.beside.ask(Count(1, 2))
    heard.until("b.is_done")
    assert (heard.beside.result, heard.beside.failure) == (2, "")


def test_where_no_thread_can_begin_the_task_has_failed(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        heard.beside.ask(Count(1, 2))
        assert heard.beside.failure == "RuntimeError: can't start new thread"
    heard.beside.ask(Count(1, 3))
    heard.until("b.is_done")
    assert heard.beside.result == 3


@dataclass(frozen=True, eq=False)
class Bulky:
    """A task that carries something."""

    load: Any

    def results(self) -> Iterator[object]:
        yield len(self.load)


class Unreadable:
    """Pickled without a fault, but not to be read again."""

    def __len__(self) -> int:
        return 1

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


@dataclass(frozen=True)
class AnswerUnreadably:
    def results(self) -> Iterator[object]:
        yield Unreadable()


@pytest.mark.parametrize(
    ("task", "failure"),
    [
        (Bulky(lambda: None), "pickle"),
        (Bulky(threading.Lock()), "TypeError: cannot pickle"),
        (Bulky(Unreadable()), "ValueError: invalid literal"),
        (AnswerUnreadably(), "ValueError: invalid literal"),
    ],
)
def test_what_cannot_be_sent_is_a_failure_and_the_next_task_works(heard: Heard, task: Task, failure: str) -> None:
    heard.beside.ask(task)
    heard.until("b.is_done")
    assert failure in heard.beside.failure
    heard.beside.ask(Count(1, 2))
    heard.until("b.is_done")
    assert (heard.beside.result, heard.beside.failure) == (2, "")


def test_a_task_that_is_asked_right_after_a_death_is_not_charged_with_it(heard: Heard) -> None:
    for last in range(2, 12):
        heard.beside.ask(Own(last))
        heard.until("b.result is not None")
        os.kill(heard.beside.result, signal.SIGKILL)
        heard.beside.ask(Count(1, last))
        heard.until("b.is_done")
        assert (heard.beside.result, heard.beside.failure) == (last, "")


def test_a_task_that_ends_its_process_is_given_up(heard: Heard) -> None:
    heard.beside.ask(Count(1, 2))
    heard.until("b.is_done")
    heard.beside.ask(End())
    heard.until("b.is_done")
    assert heard.beside.failure == "the process beside has ended"


def test_who_asks_does_not_wait_until_a_large_task_is_sent(heard: Heard) -> None:
    heard.beside.ask(Own())
    heard.until("b.result is not None")
    pid = heard.beside.result
    os.kill(pid, signal.SIGSTOP)
    heard.beside.ask(Bulky(bytes(10_000_000)))
    heard.beside.ask(Bulky(bytes(20_000_000)))
    heard.beside.pause()
    heard.beside.resume()
    os.kill(pid, signal.SIGCONT)
    heard.until("b.is_done")
    assert (heard.beside.result, heard.beside.failure) == (20_000_000, "")


def test_it_stands_still_while_its_parent_is_to_be_stopped(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    with heard.beside.stopped():
        pass
    heard.beside.ask(Count(1))
    heard.until("b.result is not None")
    with heard.beside.stopped():
        heard.until_silent()
        latest = heard.beside.result
    heard.until(f"b.result > {latest} + 1000")
    worker, is_told = heard.beside._worker, threading.Event()
    assert worker is not None
    sends = worker.send

    def send(*message: Any) -> None:
        sends(*message)
        is_told.set()

    monkeypatch.setattr(worker, "send", send)
    heard.beside.pause()
    assert is_told.wait(60) and worker.is_paused
    with heard.beside.stopped():
        pass
    heard.beside.resume()
    heard.until(f"b.result > {heard.beside.result} + 1000")
