"""Folders, tables and JSON; the command; and the palette."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import screen_text
from tuinet.cli.main import cli
from tuinet.experiment.presets import make_experiment
from tuinet.export.exporting import (
    KINDS,
    ROWS,
    export,
    folder_name,
    history_table,
    samples_table,
    session_at,
    write_folder,
)
from tuinet.export.plan import ExportError
from tuinet.observe.snapshot import NO_PAST
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.share.reading import read_shared
from tuinet.storage import session_file
from tuinet.tui.app import TuinetApp
from tuinet.tui.style.theme import load_themes

ROOT = Path(__file__).parents[2]
DARK = load_themes()[0]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tuinet.__main__ import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_the_history_has_every_metric_and_ends_now() -> None:
    session = Session(make_experiment(dataset="moons", l2=0.01))
    session.advance(3)
    session.edit(Configure.of(learning_rate=0.25))
    session.edit(Configure((("batch_size", 50),)))
    session.advance(4)
    session.step("batch")
    found = rows(history_table(session))
    test = session.test_metrics()
    assert test is not None
    last = found[-1]
    assert (int(last["step"]), int(last["epoch"])) == (session.run.step_count, session.run.epoch)
    assert float(last["loss"]) == session.metrics().loss and float(last["test_accuracy"]) == test.accuracy
    assert float(last["objective"]) == session.metrics().loss + session.run.penalty
    assert [float(row["learning_rate"]) for row in (found[0], last)] == [0.03, 0.25]


def test_the_history_of_a_long_run_is_bounded() -> None:
    session = Session(make_experiment())
    session.advance(5 * ROWS + 3)
    found = rows(history_table(session))
    assert ROWS <= len(found) <= ROWS + 2
    assert int(found[-1]["step"]) == 5 * ROWS + 3


def test_samples_are_in_their_own_units_with_names_of_classes() -> None:
    iris = Session(make_experiment(dataset="iris")).run.dataset
    first = rows(samples_table(iris, iris.X, iris.y))[0]
    assert [float(first[name]) for name in iris.feature_names] == iris.X[0].tolist()
    assert first["class"] == iris.class_names[int(iris.y[0].argmax())]
    hills = Session(make_experiment(dataset="hills")).run.dataset
    assert float(rows(samples_table(hills, hills.X, hills.y))[4][hills.target_names[0]]) == hills.y[4, 0]


def test_weights_and_json_are_read_back(tmp_path: Path) -> None:
    session = Session(make_experiment(dataset="moons"))
    session.advance(2)
    files = export(session, ["json", "csv"]).files
    assert len(rows(files["weights.csv"])) == session.run.parameters.vector.size
    assert read_shared(files["run.json"]).trajectory == session.trajectory()
    write_folder(tmp_path / "run", files)
    again = Session(make_experiment(dataset="moons", weights=str(tmp_path / "run" / "weights.json")))
    assert (again.run.parameters.vector == session.run.parameters.vector).all()


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write_folder(folder, {"a": "1", "b": "2"})
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b"]
    with pytest.raises(ExportError, match="is there already"):
        write_folder(folder, {"a": "3"})
    write_folder(folder, {"a": "3"}, force=True)
    assert ((folder / "a").read_text(), (folder / "b").read_text()) == ("3", "2")
    with pytest.raises(ExportError, match="cannot be written"):
        write_folder(tmp_path / "new", {"a": "1", "no/such/folder": "2"})
    with pytest.raises(ExportError, match="cannot be written"):
        write_folder(tmp_path / "gone" / "new", {"a": "1"})
    with pytest.raises(ExportError):
        write_folder(folder / "a", {"a": "1"})
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_session_goes_the_way_again() -> None:
    session = Session(make_experiment())
    session.advance(5)
    session.edit(Configure.of(learning_rate=0.1))
    session.advance(5)
    assert session_at(session.trajectory()).trajectory() == session.trajectory()
    assert folder_name(session) == "xor-2-2-1-epoch-10"


def test_the_command_takes_a_file_a_line_or_options(tmp_path: Path) -> None:
    session = Session(make_experiment())
    session.advance(7)
    session_file.write(tmp_path / "run.npz", session.save())
    for arguments in (["run.npz"], ["tuinet --at 7"], ["--epochs", "7"], ["--from", "tuinet --at 7"]):
        done = run("export", *arguments, "--to", "csv", "--out", "there", "--force", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "there/history.csv" in done.stdout
        assert float(rows((tmp_path / "there" / "history.csv").read_text())[-1]["loss"]) == session.metrics().loss
    done = run("export", "run.npz", "--to", "csv", "--out", "there", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "already" in done.stderr
    assert run("export", "--to", "numpy", "--epochs", "3", cwd=tmp_path).stdout == "xor-2-2-1-epoch-3/train_numpy.py\n"


def test_what_is_otherwise_is_said(tmp_path: Path) -> None:
    line = "tuinet --edit '@2 hidden=3' --at 5"
    done = CliRunner().invoke(cli, ["export", line, "--to", "torch", "--out", str(tmp_path / "x")])
    assert "note: The run was changed on the way" in done.output


@pytest.mark.parametrize("kind", KINDS)
async def test_the_palette_exports_and_says_where(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind == "onnx":
        pytest.importorskip("onnx", reason="no onnx")
    monkeypatch.chdir(tmp_path)
    session = Session(make_experiment())
    session.advance(3)
    snapshot = make_snapshot(time=NO_PAST._replace(trajectory=session.trajectory()))
    runner = StubRunner(make_frame(snapshot))
    async with TuinetApp(runner, DARK, [DARK]).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause(0.1)
        await pilot.press(*f"export as {KINDS[kind][:4].lower()}", "enter")  # type: ignore[index]
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert "Export as" in screen_text(pilot)
        if not list(tmp_path.glob("*")):
            await pilot.press("enter")
        for _ in range(40):
            await pilot.pause(0.1)
            if "closes" in screen_text(pilot):
                break
        assert "closes" in screen_text(pilot)
        await pilot.press("enter")
    (folder,) = tmp_path.iterdir()
    assert folder.name == f"xor-{kind}-epoch-1240"
    assert list(folder.iterdir())
