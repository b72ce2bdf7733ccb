"""A dropped line loses nothing: signals, lost terminals, suspended processes and slow readers, in real terminals."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screen import is_whole
from tests.session.test_session import assert_same
from tests.terminal import CTRL_Q, ENTER, Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session
from tuinet.storage import session_file

ROOT = Path(__file__).parents[1]
TUINET = [sys.executable, "-m", "tuinet"]
CTRL_S, CTRL_Z = "\x13", "\x1a"
LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR, MOUSE_OFF = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"
BROKEN_SCREEN = """
from tuinet.tui.screens.display_actions import PanelActions
PanelActions.action_toggle_log_scale = lambda self: 1 / 0
from tuinet.__main__ import main
main()
"""
BROKEN_PANEL = """
from tuinet.tui.panels import loss
draws = loss.LossPanel.content
def content(self, frame, *arguments):
    return draws(self, frame, *arguments) if frame.snapshot.epoch != 70 else [][0]
loss.LossPanel.content = content
from tuinet.__main__ import main
main()
"""
SAVES_ALL_THE_TIME = """
from tuinet.storage.autosave import Saver
Saver.seconds_left = lambda self: 0.02 if self._pending_commands or self._writing.locked() else 0.0
from tuinet.__main__ import main
main()
"""
BROKEN_TRAINING = """
from tuinet.session.session import Session
Session.edit = lambda self, command: 1 / 0
from tuinet.__main__ import main
main()
"""


def tuinet(home: Path, *options: str, command: list[str] = TUINET, **how: object) -> Terminal:
    return Terminal([*command, *options], env={"XDG_STATE_HOME": str(home)}, cwd=ROOT, **how)  # type: ignore[arg-type]


QUIT = [".ended", ".lock", ".npz"]
"""Of a run that the user has ended."""


def files(home: Path) -> list[str]:
    """Kinds of files in the folder of the runs."""
    return sorted(path.suffix for path in (home / "tuinet" / "runs").glob("*"))


def saved_run(home: Path) -> Session:
    (path,) = (home / "tuinet" / "runs").glob("*.npz")
    return Session.from_saved(session_file.read(path))


def trained(epochs: int) -> Session:
    session = Session(Experiment())
    session.advance(epochs)
    return session


def epoch(screen: str) -> int:
    found = re.search(r"epoch ([\d,]+)\s", screen)
    return int(found[1].replace(",", "")) if found else -1


def paused_at(number: int) -> Callable[[str], bool]:
    return lambda screen: "■ paused" in screen and epoch(screen) == number


def until(true: Callable[[], bool], terminal: Terminal) -> None:
    """Wait for what is not seen on the screen, which may be silent."""
    deadline = time.monotonic() + 15
    while not true():
        assert time.monotonic() < deadline, terminal.text()
        terminal.pump(0.02)


def require_restored(terminal: Terminal) -> None:
    """The screen, the cursor, the mouse and the keyboard are as a shell wants them."""
    for restored in (LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR, MOUSE_OFF):
        assert restored in terminal.raw
    assert terminal.is_cooked


def after_the_alternate_screen(terminal: Terminal) -> str:
    """What the program has said last, as text."""
    said = bytes(terminal.raw).rpartition(LEAVES_ALTERNATE_SCREEN)[2].decode()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said).replace("\r", "")


def test_a_run_that_was_hung_up_is_resumed_bit_for_bit(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--speed", "max", "--epochs", "200") as terminal:
        terminal.wait_until(paused_at(200))
        os.kill(terminal.pid, signal.SIGHUP)
        assert terminal.exit_status() == 129
    assert_same(saved_run(tmp_path), trained(200))
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("interrupted run: xor, epoch 200 · tuinet --resume goes on with it")
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24))
        terminal.press("l")
        terminal.wait_until(lambda screen: "log scale" in screen and "interrupted" not in screen)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    copy = tmp_path / "copy.npz"
    with tuinet(tmp_path, "--resume", "--speed", "max", "--epochs", "300") as terminal:
        terminal.wait_until(paused_at(300))
        terminal.press(CTRL_S)
        terminal.wait_for("Save the run")
        terminal.press(f"{copy}{ENTER}")
        terminal.wait_for("the run is in ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert files(tmp_path) == QUIT
    assert_same(Session.from_saved(session_file.read(copy)), trained(300))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_restores_the_screen_and_says_where_the_run_is(tmp_path: Path, number: int, status: int) -> None:
    with tuinet(tmp_path) as terminal:
        terminal.wait_until(lambda screen: epoch(screen) > 20)
        os.kill(terminal.pid, number)
        assert terminal.exit_status() == status
        require_restored(terminal)
        assert b"tuinet --resume goes on with it" in terminal.raw
        assert str(tmp_path) in terminal.text().replace("\n", "")
    assert saved_run(tmp_path).run.epoch > 20


def test_a_kill_costs_only_what_was_not_yet_saved(tmp_path: Path) -> None:
    with tuinet(tmp_path) as terminal:
        until(lambda: ".npz" in files(tmp_path), terminal)
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.exit_status() == -9
    session = saved_run(tmp_path)
    assert session.run.epoch > 200
    assert_same(session, trained(session.run.epoch))
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("interrupted run: xor")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert files(tmp_path) == [".lock", ".npz"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_lesson_that_is_killed_loses_nothing_of_the_run_before_it(tmp_path: Path, number: int) -> None:
    with tuinet(tmp_path, "--speed", "max", "--epochs", "200") as terminal:
        terminal.wait_until(paused_at(200))
        terminal.press("L")
        terminal.wait_for("Which lesson?")
        terminal.press(f"neuron{ENTER}")
        terminal.wait_until(paused_at(0))
        if number == signal.SIGKILL:
            until(lambda: files(tmp_path).count(".npz") == 2, terminal)
            terminal.pump(0.1)
        os.kill(terminal.pid, number)
        assert terminal.exit_status() in (-9, 129)
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("interrupted run: xor, epoch 200 · tuinet --resume goes on with it")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    copy = tmp_path / "copy.npz"
    with tuinet(tmp_path, "--resume", "--speed", "max", "--epochs", "300") as terminal:
        terminal.wait_until(paused_at(300))
        terminal.press(CTRL_S)
        terminal.wait_for("Save the run")
        terminal.press(f"{copy}{ENTER}")
        terminal.wait_for("the run is in ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert_same(Session.from_saved(session_file.read(copy)), trained(300))
    quit_run, lesson = sorted((tmp_path / "tuinet" / "runs").glob("*.npz"), key=lambda path: "-beside" in path.stem)
    assert_same(Session.from_saved(session_file.read(quit_run)), trained(300))
    assert Session.from_saved(session_file.read(lesson)).run.epoch == 0


def test_a_lesson_that_is_quit_leaves_nothing_behind(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_until(paused_at(0))
        terminal.press("L")
        terminal.wait_for("Which lesson?")
        terminal.press(f"neuron{ENTER}")
        until(lambda: files(tmp_path).count(".npz") == 2, terminal)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert files(tmp_path) == []


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_quitting_keeps_the_run_and_the_next_start_does_not_speak_of_it(tmp_path: Path, key: str) -> None:
    with tuinet(tmp_path, "--speed", "max", "--epochs", "70") as terminal:
        terminal.wait_until(paused_at(70))
        terminal.press(key)
        terminal.wait_for("It is kept: tuinet --resume goes on with it.")
        terminal.press(key)
        assert terminal.exit_status() == 0
        require_restored(terminal)
        said = " ".join(after_the_alternate_screen(terminal).split())
        assert said == "tuinet: the run is kept; tuinet --resume goes on with it"
    assert files(tmp_path) == QUIT
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_until(paused_at(0))
        terminal.pump(0.2)
        assert "resume" not in terminal.text()
        terminal.press(key)
        assert terminal.exit_status() == 0
        assert "".join(after_the_alternate_screen(terminal).split()) == ""
    assert files(tmp_path) == QUIT
    assert_same(saved_run(tmp_path), trained(70))


@pytest.mark.parametrize(
    ("broken", "key", "where", "error"),
    [
        (BROKEN_SCREEN, "l", "<lambda>", "ZeroDivisionError: division by zero"),
        (BROKEN_PANEL, "", "content", "IndexError: list index out of range"),
    ],
    ids=["key", "panel"],
)
def test_a_screen_that_breaks_down_leaves_the_run(
    tmp_path: Path, broken: str, key: str, where: str, error: str
) -> None:
    options = ["--speed", "max", "--epochs", "70"]
    with tuinet(tmp_path, *options, command=[sys.executable, "-c", broken], rows=60) as terminal:
        if key:
            terminal.wait_until(paused_at(70))
            terminal.press(key)
        assert terminal.exit_status() == 1
        require_restored(terminal)
        last = after_the_alternate_screen(terminal)
        assert where in last
        assert error in last
        assert f"the run is saved in {tmp_path}" in "".join(last.split("\n"))
        assert "tuinet --resume goes on with it" in " ".join(last.split())
    assert_same(saved_run(tmp_path), trained(70))


def test_training_that_breaks_down_leaves_what_was_saved_before(tmp_path: Path) -> None:
    options = ["--speed", "max", "--epochs", "70"]
    with tuinet(tmp_path, *options, command=[sys.executable, "-c", BROKEN_TRAINING]) as terminal:
        terminal.wait_until(paused_at(70))
        until(lambda: ".npz" in files(tmp_path), terminal)
        terminal.press("R")
        assert terminal.exit_status() == 1
        assert b"the training stopped because of the error above" in terminal.raw
        assert b"tuinet --resume goes on with it" in terminal.raw
    assert_same(saved_run(tmp_path), trained(70))


@pytest.mark.parametrize("is_ignored", [False, True])
def test_a_terminal_that_vanishes_ends_the_process(tmp_path: Path, is_ignored: bool) -> None:
    # The shell does not end at the hang-up, so nobody tells its child of it.
    shell = ["sh", "-c", "trap '' HUP; \"$@\"; exit $?", "sh", *TUINET]
    with tuinet(tmp_path, command=shell if is_ignored else TUINET) as terminal:
        terminal.wait_until(lambda screen: epoch(screen) > 20)
        terminal.hang_up()
        assert terminal.exit_status() == 129
    assert saved_run(tmp_path).run.epoch > 20


def test_a_process_that_is_stopped_and_continued_draws_everything_anew(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "▀" in screen and "┤⠂" in screen)
        terminal.pump(0.3)
        first = terminal.text()
        os.kill(terminal.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, terminal.pid, os.WSTOPPED | os.WNOWAIT)
        terminal.scribble("\x1b[2J\x1b[Hzsh: suspended")
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_until(lambda screen: screen == first)
        for number in range(1, 6):
            terminal.press("s")
            terminal.wait_for(f"epoch {number} · ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control is needed")
def test_suspended_from_a_shell_and_brought_back(tmp_path: Path) -> None:
    with tuinet(tmp_path, command=["bash", "--norc", "--noprofile", "-i"]) as terminal:
        terminal.press(f"PS1='shell> '{ENTER}")
        terminal.wait_until(lambda screen: "\nshell>" in screen)
        terminal.press(f"{sys.executable} -m tuinet --paused{ENTER}")
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "▀" in screen)
        terminal.press(CTRL_Z)
        terminal.wait_for("Stopped")
        terminal.wait_for("shell>")
        terminal.press(f"fg{ENTER}")
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "▀" in screen and "shell" not in screen)
        for number in range(1, 6):
            terminal.press("s")
            terminal.wait_for(f"epoch {number} · ")
        terminal.press(CTRL_Q)
        terminal.wait_for("shell>")
        terminal.press(f"exit{ENTER}")
        assert terminal.exit_status() == 0


@pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control is needed")
@pytest.mark.parametrize("ends_by", ["kill %1", "hang-up"])
def test_a_process_that_is_ended_while_it_is_suspended_leaves_the_run(tmp_path: Path, ends_by: str) -> None:
    with tuinet(tmp_path, command=["bash", "--norc", "--noprofile", "-i"]) as terminal:
        terminal.press(f"PS1='shell> '{ENTER}")
        terminal.wait_until(lambda screen: "\nshell>" in screen)
        one_line = "; ".join(SAVES_ALL_THE_TIME.strip().splitlines())
        terminal.press(f"{sys.executable} -c {shlex.quote(one_line)}{ENTER}")
        terminal.wait_until(lambda screen: epoch(screen) > 20 and ".npz" in files(tmp_path))
        terminal.press(CTRL_Z)
        terminal.wait_for("Stopped")
        (pid,) = (int(path.name.split("-")[3]) for path in (tmp_path / "tuinet" / "runs").glob("*.lock"))
        if ends_by == "hang-up":
            terminal.hang_up()
            deadline = time.monotonic() + 5
            while is_alive(pid):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        else:
            before = len(terminal.raw)
            terminal.press(f"{ends_by}{ENTER}")
            until(lambda: not is_alive(pid), terminal)
            terminal.press(f"echo 'still a 'shell{ENTER}")
            terminal.wait_for("still a shell")
            assert b"\x1b[?1049h" not in terminal.raw[before:]
            terminal.press(f"exit{ENTER}")
            terminal.exit_status()
    session = saved_run(tmp_path)
    assert session.run.epoch > 0
    assert_same(session, trained(session.run.epoch))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_without_a_shell_nothing_is_suspended(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("epoch 0 · not trained yet")
        terminal.press(CTRL_Z + "s")
        terminal.wait_for("epoch 1 · ")


def test_a_terminal_that_never_answers_gets_frames(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--stats", answers=False) as terminal:
        terminal.wait_for("the terminal does not answer")
        for _ in range(3):
            now = epoch(terminal.text())
            terminal.wait_until(lambda screen, now=now: epoch(screen) > now)  # type: ignore[misc]


def test_keys_are_answered_on_a_slow_line_with_deep_buffers(tmp_path: Path) -> None:
    env = {"COLORTERM": "", "XDG_STATE_HOME": str(tmp_path)}
    with Terminal([*TUINET], env=env, cwd=ROOT, bytes_per_second=8000) as terminal:
        terminal.wait_until(lambda screen: epoch(screen) > 200)
        before = terminal.bytes_received
        terminal.press(" ")
        terminal.wait_for("■ paused")
        # Bytes, not seconds: they say how much stood in the line before the answer, however busy the machine is.
        assert terminal.bytes_received - before < 24_000


def test_paused_is_silent_and_questions_are_few(tmp_path: Path) -> None:
    with tuinet(tmp_path, "--paused", "--fps", "10") as terminal:
        terminal.wait_until(lambda screen: is_whole(screen, 80, 24) and "▀" in screen)
        terminal.pump(0.5)
        before, asked = terminal.bytes_received, terminal.questions
        terminal.pump(1.0)
        assert terminal.bytes_received == before
        terminal.press(" ")
        terminal.pump(1.0)
        assert 2 <= terminal.questions - asked <= 12


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "tuinet").write_text("in the way")
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("this run is not being saved: ")
        terminal.press("s")
        terminal.wait_for("epoch 1\n")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "there is no run to resume"),
        (["--dataset", "circle"], "there is no run to resume"),
        (["--load", "x.npz"], "--load and --resume: each of them names a run; give one"),
    ],
)
def test_what_cannot_be_resumed_is_one_line(tmp_path: Path, options: list[str], said: str) -> None:
    with tuinet(tmp_path, "--resume", *options) as terminal:
        assert terminal.exit_status() == 2
        assert " ".join(terminal.text().split()) == f"tuinet: {said}"


def test_a_damaged_run_is_one_line_and_stays(tmp_path: Path) -> None:
    runs = tmp_path / "tuinet" / "runs"
    runs.mkdir(parents=True)
    (runs / "run-1.npz").write_bytes(b"PK\x03\x04 and no more")
    with tuinet(tmp_path, "--resume") as terminal:
        assert terminal.exit_status() == 2
        assert "run-1.npz: " in " ".join(terminal.text().split())
    with tuinet(tmp_path, "--paused") as terminal:
        terminal.wait_for("interrupted run (damaged)")
    assert (runs / "run-1.npz").exists()


def test_resume_needs_a_terminal() -> None:
    done = subprocess.run(
        [*TUINET, "--resume"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not a terminal" in done.stderr
