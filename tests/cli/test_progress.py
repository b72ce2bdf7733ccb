"""Long work of commands: what it will take is said, it can be stopped, and what there is is kept."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.terminal import CTRL_Q, Terminal
from tuinet.cli.main import cli
from tuinet.cli.opening import open_run
from tuinet.cli.progress import LongWork
from tuinet.cli.train import train
from tuinet.session.session import Session
from tuinet.session.stopping import StopConditions
from tuinet.session.watching import MOST_STEPS, StoppedError
from tuinet.storage import session_file

TUINET = [sys.executable, "-m", "tuinet", "--no-config"]
FAR = "tuinet --dataset xor --seed 1 --edit '@999999999998 learning_rate=0.1' --at 999999999999"


class Screen(io.StringIO):
    """A terminal that remembers everything."""

    def isatty(self) -> bool:
        """Whether it is one."""
        return True


def worked(stream: io.StringIO, ends: float, *, seconds: float = float("inf")) -> LongWork:
    """Work of a thousand updates that takes so many seconds, looked at a thousand times."""
    now = [0.0]
    work = LongWork(lambda: False, seconds, stream=stream, now=lambda: now[0])
    for step in range(1, 1000):
        now[0] = ends * step / 1000
        work.look(step, 1000)
    return work


def test_short_work_is_not_worth_a_word() -> None:
    for stream in (Screen(), io.StringIO()):
        worked(stream, 0.9).close()
        assert stream.getvalue() == ""


def test_long_work_is_one_line_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    worked(stream, 9.0)
    assert stream.getvalue() == ""
    worked(stream, 12_000.0).close()
    said = stream.getvalue()
    assert said == "tuinet: training to step 1,000: about 3 h 20 min; Ctrl+C stops with what there is\n"


def test_on_a_terminal_a_line_is_drawn_anew_four_times_a_second_and_goes() -> None:
    stream = Screen()
    work = worked(stream, 10.0)
    drawn = stream.getvalue().split("\r")
    assert drawn[1].rstrip() == "training: 5%, about 9 s left; Ctrl+C stops with what there is"
    assert 30 < len(drawn) <= 42
    assert {len(words) for words in drawn[1:]} <= set(range(60, 80))
    work.close()
    assert stream.getvalue().split("\r")[-2].strip() == ""


def test_the_time_limit_bounds_the_estimate_and_the_work() -> None:
    stream = io.StringIO()
    with pytest.raises(StoppedError) as stopped:
        worked(stream, 1200.0, seconds=60.0)
    assert stopped.value.reason == "seconds"
    assert "about 59 s" in stream.getvalue()


def test_the_way_to_a_moment_counts_for_the_time_limit(tmp_path: Path) -> None:
    opened = open_run(None, {"shared": FAR}, seconds=0.1)
    assert opened.stop is not None
    assert opened.stop.reason == "seconds"
    outcome = train(opened.session, StopConditions(10**9, seconds=0.1), begun=0.0, stopped=opened.stop.reason)
    assert (outcome.status, outcome.reason) == ("done", "seconds")
    assert 0 < opened.session.run.step_count < 999_999_999_999


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "--epochs", str(10**30)], "--epochs': 1000000000000000000000000000000 is more than any run can"),
        (["check", "--epochs", str(MOST_STEPS + 1)], f"is more than any run can reach; the most is {MOST_STEPS:,}"),
        (["train", "--at", "9" * 20], f"step {'9' * 20} is later than any run can reach; the last is {MOST_STEPS:,}"),
        (["train", "--at", "-3"], "'-3' is no moment"),
        (["train", "--from", f"tuinet --epochs {10**17}"], "is more than any run can reach"),
        (["train", "--from", f'{{"epochs": {10**17}}}'], "is not from 0 to"),
    ],
)
def test_what_cannot_be_reached_is_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(click.ClickException) as caught:
        cli.main(["--no-config", *arguments], standalone_mode=False)
    assert said in caught.value.format_message()
    assert "\n" not in caught.value.format_message()


@pytest.mark.parametrize(
    ("arguments", "nothing"),
    [
        (["check", "--epochs", "1000000000"], "nothing was checked"),
        (["explain", "--epoch", "1000000000"], "nothing was explained"),
        (["export", "--to", "csv", "--from", FAR], "nothing was exported"),
    ],
    ids=["check", "explain", "export"],
)
def test_ctrl_c_ends_what_makes_nothing_of_a_part_with_one_line(
    arguments: list[str], nothing: str, tmp_path: Path
) -> None:
    with Terminal([*TUINET, *arguments], cwd=tmp_path) as terminal:
        terminal.wait_for("left; Ctrl+C stops")
        terminal.press("\x03")
        assert terminal.exit_status(20) == 130
        assert "training:" not in terminal.text()
        assert f":{nothing}".replace(" ", "") in "".join(terminal.text().split())
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_on_the_way_saves_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    arguments = [*TUINET, "train", "--from", FAR, "--save", str(path)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.readline()
    assert said.startswith("tuinet: training to step 999,999,999,999: about ")
    assert said.endswith("; Ctrl+C stops with what there is\n")
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, "")
    assert out.splitlines()[1].startswith("interrupted: xor")
    session = Session.from_saved(session_file.read(path))
    assert session.run.epoch > 0
    straight = Session(session.run.experiment)
    straight.advance_steps(session.run.step_count)
    assert (straight.run.parameters.vector == session.run.parameters.vector).all()


def test_the_dashboard_is_there_before_the_moment_and_stops_on_the_way(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal([*TUINET, "--at", "999999999999"], env=env) as terminal:
        terminal.wait_for("left; esc stops here")
        terminal.press("\x1b")
        terminal.wait_until(lambda screen: "stops here" not in screen and "■ paused" in screen)
        terminal.press(CTRL_Q)
        assert terminal.exit_status(30) == 0
        assert "the run is kept" in terminal.text()
