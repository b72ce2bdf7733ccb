"""Recording, replaying and casting as somebody at a terminal does it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import CTRL_Q, Terminal
from tuinet.cli import main
from tuinet.cli.replay import open_player
from tuinet.experiment.presets import make_experiment
from tuinet.replay import recording_file
from tuinet.session.edits import Configure
from tuinet.session.session import Session

ROOT = Path(__file__).parents[1]
MOMENT = re.compile(r"epoch ([\d,]+)(?: of ([\d,]+))? · moment ([\d,]+)/([\d,]+)")
CTRL_G, CTRL_P = "\x07", "\x10"


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["tuinet", *words])
    with pytest.raises(SystemExit) as exit_request:
        main.main()
    code = exit_request.value.code
    assert isinstance(code, int)
    return code


def record(path: Path, *options: str) -> Path:
    command = [sys.executable, "-m", "tuinet", "record", "--out", str(path), *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return path


CLICK = "\x1b[<0;60;10M\x1b[<0;60;10m"


def moment(screen: str) -> tuple[int, ...]:
    """Epoch, last epoch, moment and moments of the status."""
    found = MOMENT.search(screen)
    return () if found is None else tuple(int((group or "0").replace(",", "")) for group in found.groups())


def test_a_person_records_a_run_and_scrubs_through_it(tmp_path: Path) -> None:
    path = record(tmp_path / "xor.npz", "--epochs", "3000")
    command = [sys.executable, "-m", "tuinet", "replay", str(path), "--speed", "500"]
    with Terminal(command, 80, 24, {"PYTHONPATH": str(ROOT)}, tmp_path) as terminal:
        terminal.wait_until(lambda screen: "replay ▸" in screen and (moment(screen) or (0,))[0] > 200)
        terminal.press(" ")
        terminal.wait_for("replay ■")
        terminal.press("<")
        terminal.wait_until(lambda screen: moment(screen) == (0, 3000, 1, 1501))
        terminal.press("s")
        terminal.wait_until(lambda screen: moment(screen) == (2, 3000, 2, 1501))
        terminal.press("...")
        terminal.wait_until(lambda screen: moment(screen) == (92, 3000, 47, 1501))
        terminal.press(",S")
        terminal.wait_until(lambda screen: moment(screen) == (60, 3000, 31, 1501))
        terminal.press(">")
        terminal.wait_until(lambda screen: moment(screen) == (3000, 0, 1501, 1501) and "accuracy 4/4" in screen)
        # The middle of the loss curve, by the mouse: a click reads it, another one there goes to it.
        terminal.press(CLICK)
        terminal.wait_for("◇ epoch 1,")
        assert moment(terminal.text())[0] == 3000
        terminal.press(CLICK)
        terminal.wait_until(lambda screen: 1000 < (moment(screen) or (0,))[0] < 2000)
        terminal.press("r")
        terminal.wait_for("a recording cannot be changed (new weights")
        terminal.press(CTRL_G)
        terminal.wait_for("the screen is in tuinet-xor-")
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    (picture,) = tmp_path.glob("tuinet-xor-*.svg")
    assert picture.read_text().startswith("<svg")


def test_the_palette_records_the_run_on_the_screen(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tuinet", "--epochs", "200", "--speed", "max"]
    with Terminal(command, 80, 24, {"PYTHONPATH": str(ROOT)}, tmp_path) as terminal:
        terminal.wait_for("epoch 200")
        terminal.press("(")
        terminal.wait_for("learning rate 0.2")
        terminal.press("s")
        terminal.wait_for("epoch 201")
        terminal.press(CTRL_P)
        terminal.wait_for("Search for commands")
        terminal.press("record this")
        terminal.wait_for("Record this run")
        terminal.press("\r")
        terminal.wait_for("recording.npz")
        terminal.press("\r")
        terminal.wait_for("moments,")
        terminal.press("\r")
        terminal.wait_until(lambda screen: "moments," not in screen)
        terminal.press(CTRL_Q)
        assert terminal.exit_status() == 0
    player = open_player(tmp_path / "recording.npz")
    assert [chapter.experiment.learning_rate for chapter in player.recording.chapters] == [0.5, 0.2]
    assert player.recording.epochs[-1] == 201


def test_a_saved_run_is_recorded_with_its_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tuinet.storage import session_file  # noqa: PLC0415 - only here

    session = Session(make_experiment())
    session.advance(20)
    session.edit(Configure.of(learning_rate=0.25))
    session.advance(10)
    saved, out = tmp_path / "saved.npz", tmp_path / "recording.npz"
    session_file.write(saved, session.save())
    assert run("record", str(saved), "--out", str(out), monkeypatch=monkeypatch) == 0
    recording = recording_file.read(out)
    assert [chapter.experiment.learning_rate for chapter in recording.chapters] == [0.5, 0.25]
    assert len(recording) == 31
    assert run("record", str(saved), "--out", str(out), "--seed", "2", monkeypatch=monkeypatch) == 2
    assert run("record", str(saved), "--out", str(out), "--epochs", "50", monkeypatch=monkeypatch) == 0
    assert len(recording_file.read(out)) == 51


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("record",), "Missing option '--out'"),
        (("record", "--out", "/nowhere/run.npz"), "there is no folder /nowhere"),
        (("record", "--out", "{out}", "--learning-rate", "-1"), "--learning-rate: "),
        (("record", "--out", "{out}", "--epochs", "9000000", "--every", "1"), "--every: 1 is too few epochs"),
        (("record", "{none}", "--out", "{out}"), "there is no such file"),
        (("replay", "{none}"), "there is no such file"),
        (("replay", "{file}", "--size", "80x24"), "--size is for --cast FILE"),
        (("replay", "{file}", "--cast", "{out}", "--size", "8x2"), "not from 40x12 to 400x200"),
        (("replay", "{file}", "--cast", "{out}", "--size", "big"), "'big' is not columns and rows, such as 80x24"),
        (("replay", "{file}", "--cast", "/nowhere/x.cast"), "there is no folder /nowhere"),
        (("replay", "{file}", "--cast", "{out}", "--theme", "nope"), "nope"),
        (("replay", "{file}"), "is not a terminal"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    file, out = tmp_path / "file.npz", tmp_path / "out.npz"
    assert run("record", "--epochs", "3", "--out", str(file), monkeypatch=monkeypatch) == 0
    capsys.readouterr()
    places = {"file": file, "out": out, "none": tmp_path / "none.npz"}
    assert run(*(word.format(**places) for word in words), monkeypatch=monkeypatch) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert said in error


def test_divergence_is_told_by_the_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--dataset", "sine", "--learning-rate", "50", "--activation", "relu", "--hidden", "4")
    assert run("record", "--out", str(tmp_path / "x.npz"), *options, monkeypatch=monkeypatch) == 1
    assert len(recording_file.read(tmp_path / "x.npz")) > 1


def test_the_asciicast_is_read_by_asciinema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asciicast = pytest.importorskip("asciinema.asciicast", reason="asciinema 2 is not installed")
    file, cast = tmp_path / "xor.npz", tmp_path / "xor.cast"
    assert run("record", "--epochs", "2000", "--out", str(file), monkeypatch=monkeypatch) == 0
    options = ("--cast", str(cast), "--size", "90x30", "--fps", "5", "--seconds", "2")
    assert run("replay", str(file), *options, monkeypatch=monkeypatch) == 0
    with asciicast.open_from_url(str(cast)) as opened:
        header, events = opened.v2_header, list(opened.events())
    assert (opened.version, header["width"], header["height"]) == (2, 90, 30)
    times = [time for time, _, _ in events]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0.0, 2.0)
    assert {kind for _, kind, _ in events} == {"o"}
    assert len(events) == 11
    assert json.loads(cast.read_text().splitlines()[0])["version"] == 2
