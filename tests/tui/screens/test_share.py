"""What `y` shows and copies: in rows of text, on a screen, and in a real terminal up to a fresh process."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.session.test_session import assert_same
from tests.terminal import CTRL_Q, Terminal
from tests.tui.test_app import screen_text
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import NO_PAST
from tuinet.observe.view import View
from tuinet.session.commands import Command, Pause, Resume, Step
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.timeline import Edit, Position, Trajectory
from tuinet.share.line import line_of
from tuinet.share.reading import read_shared
from tuinet.share.shared import share
from tuinet.storage import session_file
from tuinet.tui.app import TuinetApp
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.share import osc_52, passed_through, shared_text, wrapped_line
from tuinet.tui.style.theme import load_themes

ROOT = Path(__file__).parents[3]
DARK = load_themes()[0]
COURSE = Trajectory(
    make_experiment(dataset="moons", learning_rate=0.1),
    (Edit(Position(300), Configure.of(learning_rate=0.05)),),
    Position(1240, 3),
    digest="02a533a3",
)
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")


def frame_with(trajectory: Trajectory) -> object:
    return make_frame(make_snapshot(time=NO_PAST._replace(trajectory=trajectory)))


@pytest.mark.parametrize("width", [0, 1, 2, 17, 40, 76, 116, 196])
@pytest.mark.parametrize("as_json", [False, True])
def test_every_width_has_all_of_it(width: int, as_json: bool) -> None:
    shared = shared_text(COURSE, 100.0, "portable", width, as_json=as_json)
    assert max(map(cell_len, shared.lines)) <= max(width, 2)
    assert "".join("".join(shared.lines).split()) == "".join(shared.text.split())
    assert read_shared(shared.text).trajectory.position == COURSE.position


def test_an_option_and_its_value_stay_together() -> None:
    assert wrapped_line(["--dataset", "xor", "--seed", "1", "--paused"], 22) == [
        "tuinet --dataset xor",
        "  --seed 1 --paused",
    ]


def test_remarks_name_files_and_lengths() -> None:
    file = replace(COURSE, experiment=Experiment(dataset="my/points.csv", weights="start.json"))
    assert "my/points.csv and start.json" in shared_text(file, 1.0, "portable", 76, as_json=False).remarks[-1]
    edits = tuple(Edit(Position(step), Configure.of(learning_rate=0.05)) for step in range(200))
    assert "ctrl+s" in shared_text(replace(COURSE, edits=edits), 1.0, "portable", 76, as_json=False).remarks[-1]
    lost = replace(COURSE, origin=Position(9))
    assert shared_text(lost, 1.0, "portable", 76, as_json=False).text == ""


def test_what_is_copied_passes_through_tmux_and_screen() -> None:
    sequence = osc_52("tuinet --seed 1")
    assert sequence == "\x1b]52;c;dHVpbmV0IC0tc2VlZCAx\a"
    assert passed_through(sequence, {}) == ""
    assert passed_through(sequence, {"TMUX": "x"}) == "\x1bPtmux;\x1b\x1b]52;c;dHVpbmV0IC0tc2VlZCAx\a\x1b\\"
    long = osc_52("x" * 3000)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", passed_through(long, {"STY": "x"}), re.DOTALL)
    assert "".join(pieces) == long and max(map(len, pieces)) <= 500


async def test_the_screen_asks_for_the_course_copies_the_line_and_shows_json() -> None:
    runner = StubRunner(frame_with(COURSE))  # type: ignore[arg-type]
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        runner.change(running=True)
        await pilot.pause(0.1)
        await pilot.press("y")
        await pilot.pause(0.1)
        assert runner.commands == [Pause()]
        assert isinstance(runner.views[-1], View) and runner.views[-1].trajectory
        assert pilot.app.clipboard == ""
        runner.change(running=False)
        await pilot.pause(0.1)
        assert pilot.app.clipboard == line_of(share(COURSE))
        assert "this run as a command line · epoch 1,240" in screen_text(pilot)
        assert "--edit '@300 learning_rate=0.05'" in screen_text(pilot)
        await pilot.press("j", "end")
        await pilot.pause(0.1)
        assert '"expect": "02a533a3"' in screen_text(pilot)
        assert read_shared(pilot.app.clipboard) == read_shared(line_of(share(COURSE)))
        await pilot.press("question_mark")
        await pilot.pause(0.1)
        await pilot.press("escape", "escape")
        await pilot.pause(0.1)
        assert "as JSON" not in screen_text(pilot)


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1", "LANG": "C"}])
def test_a_line_from_a_terminal_leads_a_fresh_process_to_the_same_bits(env: dict[str, str], tmp_path: Path) -> None:
    options = ["--dataset", "moons", "--optimizer", "adam", "--speed", "20", *(["--ascii"] if env else [])]
    with Terminal([sys.executable, "-m", "tuinet", *options], 80, 24, env, ROOT) as terminal:
        terminal.wait_for("epoch 3")
        terminal.press(")")
        terminal.press("a")
        terminal.wait_for("epoch 5")
        terminal.press(" ")
        terminal.wait_for("paused")
        terminal.press("nnn(b")
        terminal.press("y")
        terminal.wait_until(lambda _: COPIED.search(bytes(terminal.raw)) is not None, wanted="a copied line")
        terminal.wait_for("--expect")
        line = b64decode(COPIED.findall(bytes(terminal.raw))[-1]).decode()
        terminal.press("y\x13")
        terminal.wait_for("Save the run")
        terminal.press(f"{tmp_path / 'seen.npz'}\r")
        terminal.wait_for("the run is in ")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    assert line.count("--edit") == 3
    command = [sys.executable, "-m", "tuinet", "train", "--from", f"$ {line}\n", "--save", str(tmp_path / "copy.npz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    seen, copy = (Session.from_saved(session_file.read(tmp_path / name)) for name in ("seen.npz", "copy.npz"))
    assert seen.run.epoch == copy.run.epoch and seen.run.phase == copy.run.phase
    assert_same(copy, seen)


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        (["y"], [Pause(), Resume()]),
        (["y", "question_mark", "escape"], [Pause(), Resume()]),
        (["g"], [Pause(), Resume()]),
        (["m", "down", "d"], [Pause(), Resume()]),
        (["m", "space"], [Pause(), Resume()]),
        (["m", "space", "space"], [Pause(), Resume(), Pause()]),
        (["m", "n"], [Pause(), Step("phase")]),
    ],
)
async def test_the_run_goes_on_when_it_closes_unless_keys_have_led_it(keys: list[str], commands: list[Command]) -> None:
    runner = StubRunner(frame_with(COURSE))  # type: ignore[arg-type]
    runner.change(running=True)
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys, "escape")
        await pilot.pause()
        assert runner.commands == commands
        assert isinstance(pilot.app.screen, Dashboard)


@pytest.mark.parametrize("key", ["y", "g", "m", "e", "f", "question_mark", "ctrl+s", "ctrl+e", "ctrl+p"])
@pytest.mark.parametrize("running", [True, False])
async def test_what_lies_over_the_dashboard_leaves_a_run_as_it_is(key: str, running: bool) -> None:
    runner = StubRunner(frame_with(COURSE))  # type: ignore[arg-type]
    runner.change(running=running)
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert not isinstance(pilot.app.screen, Dashboard)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Dashboard)
        assert runner.commands in ([], [Pause(), Resume()])
