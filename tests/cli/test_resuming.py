"""Options beside a run that is there already change it where it stands, and its line leads to the same bits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.inline import run_inline
from tuinet.cli.main import _start
from tuinet.cli.opening import open_run
from tuinet.experiment.presets import DEFAULTS
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.share.options import UNSAID
from tuinet.storage import session_file

LINE = f"tuinet --defaults {DEFAULTS} --dataset moons --seed 3 --edit '@30 l2=0.01' --at 60"
STEP = 60


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "run.npz"
    session_file.write(path, open_run(None, {"shared": LINE}).session.save())
    return path


def run_of(saved: Path, source: str) -> tuple[str, ...]:
    return {"load": ("--load", str(saved)), "from": ("--from", LINE)}[source]


@pytest.mark.parametrize("source", ["load", "from"])
def test_it_goes_on_with_what_is_changed_as_the_dashboard_would(saved: Path, source: str, tmp_path: Path) -> None:
    direct = open_run(None, {"shared": LINE}).session
    direct.edit(Configure.of(learning_rate=0.2, dropout=0.1))
    direct.advance(10)
    out = tmp_path / "out.npz"
    options = ("--learning-rate", "0.2", "--dropout", "0.1", "--epochs", str(direct.run.epoch), "--save", str(out))
    done = run_inline("train", *run_of(saved, source), *options)
    assert done.returncode == 0
    assert done.stderr == f"tuinet: changed at step {STEP}: learning rate 0.03 → 0.2, dropout 0 → 0.1\n"
    found = Session.from_saved(session_file.read(out))
    assert found.trajectory() == direct.trajectory()
    shared = run_inline("share", str(out)).stdout
    assert f"--edit '@{STEP} learning_rate=0.2 dropout=0.1'" in shared
    assert open_run(None, {"shared": shared}).warning == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hidden": (5,)}, "hidden 8,8 → 5"),
        ({"hidden": ()}, "hidden 8,8 → none"),
        ({"hidden": (4, 4, 4), "activation": ("relu",)}, "hidden 8,8 → 4,4,4, activation tanh → relu"),
        ({"optimizer": "adam"}, "optimizer sgd → adam, learning rate stays 0.03"),
        ({"optimizer": "adam", "learning_rate": 0.01}, "optimizer sgd → adam, learning rate 0.03 → 0.01"),
        ({"dataset": "circle"}, "dataset moons → circle"),
        ({"test_share": 0.0, "batch_size": 0}, "test share auto → 0, batch size 10 → full"),
        ({"learning_rate": 0.03, "seed": 3}, ""),
    ],
)
def test_any_option_is_an_edit(saved: Path, fields: dict[str, Any], said: str) -> None:
    opened = open_run(saved, fields)
    assert opened.changes == (f"changed at step {STEP}: {said}" if said else "")
    for name, value in fields.items():
        assert getattr(opened.session.run.experiment, name) == value
    assert opened.session.run.step_count == STEP
    assert len(opened.session.trajectory().edits) == 1 + bool(said)


def test_in_the_past_it_leaves_the_future_as_a_branch(saved: Path) -> None:
    session = open_run(saved, {"at": "40", "learning_rate": 0.2}).session
    assert (session.run.step_count, session.branches.has_others) == (40, True)


def test_edits_and_a_moment_come_before_what_is_changed_there(saved: Path) -> None:
    for load, options in ((saved, {}), (None, {"shared": LINE})):
        fields: dict[str, Any] = {**options, "edits": ("@70 l1=0.02",), "at": "80:2", "learning_rate": 0.2}
        trajectory = open_run(load, fields).session.trajectory()
        assert [edit.position.step for edit in trajectory.edits] == [30, 70, 80]
        assert trajectory.position == (80, 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--seed", "4"), "--seed: it decides how the weights start, and those of this run have been trained since"),
        (
            ("--initializer", "zeros"),
            f"from the start: tuinet train --defaults {DEFAULTS} --dataset moons --initializer zeros",
        ),
        (
            ("--dataset", "iris"),
            "--dataset: iris needs 4 inputs and 3 outputs; the network has 2 and 1; from the start",
        ),
        (("--features", "x1"), "--features: moons needs 1 input and 1 output; the network has 2 and 1"),
        (("--dataset", "polynomial"), "--dataset: "),
        (("--points", "{}"), "--edit '@300 add 0.5,0.25 1'"),
        (("--learning-rate", "-1"), "--learning-rate: -1.0 is not a number above 0"),
        (("--dataset", "gone.csv"), "gone.csv"),
    ],
)
@pytest.mark.parametrize("source", ["load", "from"])
def test_what_cannot_be_changed_says_why_and_what_would(
    saved: Path, source: str, options: tuple[str, ...], said: str
) -> None:
    done = run_inline("train", *run_of(saved, source), *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert "leave" not in done.stderr


def test_two_runs_are_one_too_many(saved: Path) -> None:
    done = run_inline("train", *run_of(saved, "load"), *run_of(saved, "from"))
    assert (done.returncode, done.stderr) == (2, "tuinet: --load and --from: each of them names a run; give one\n")


def test_on_a_way_that_was_stopped_the_change_waits_at_its_end() -> None:
    opened = open_run(None, {"shared": "tuinet --at 90000000", "learning_rate": 0.2}, seconds=0.05)
    assert opened.way is not None
    edit = opened.way.edits[-1]
    assert (edit.position, edit.command) == (opened.way.position, Configure.of(learning_rate=0.2))
    assert opened.changes == "at step 90,000,000: learning rate 0.2"


def test_a_run_without_its_past_is_shown_and_changed(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "no-past.npz"
    session_file.write(path, session_file.read(saved).without_past())
    opened = open_run(path, {"learning_rate": 0.2})
    assert _start(opened, speed=UNSAID, paused=False, epochs=None) == {"speed": 100.0, "running": True, "epochs": None}
    (edit,) = opened.session.trajectory().edits
    assert (edit.position.step, edit.command) == (STEP, Configure.of(learning_rate=0.2))


def test_export_record_and_explain_take_them_too(saved: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run_inline("export", str(saved), "--learning-rate", "0.2", "--to", "json", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, f"tuinet: changed at step {STEP}: learning rate 0.03 → 0.2\n")
    (run,) = [path for path in out.iterdir() if "learning_rate=0.2" in path.read_text()]
    assert json.loads(run.read_text())["at"] == str(STEP)
    done = run_inline("explain", "--load", str(saved), "--loss", "mse")
    assert (done.returncode, done.stderr) == (0, f"tuinet: changed at step {STEP}: loss auto → mse\n")
    assert f"step {STEP + 1}" in done.stdout


def test_explain_tells_the_step_that_a_run_is_in(saved: Path) -> None:
    shown = run_inline("explain", "--load", str(saved)).stdout
    assert shown == run_inline("explain", "--load", str(saved), "--at", f"{STEP}:2").stdout
    assert shown == run_inline("explain", "--from", LINE).stdout
    back = run_inline("explain", "--load", str(saved), "--epoch", "1")
    assert back.returncode == 2
    assert "--epoch: the run is at epoch 2, batch 11; --at goes back" in back.stderr


def test_a_run_with_all_its_epochs_says_that_nothing_is_trained(saved: Path, tmp_path: Path) -> None:
    more, out = ("--epochs", "20"), ("--save", str(tmp_path / "out.npz"))
    run_inline("train", "--load", str(saved), "--epochs", "20", *out)
    epochs = Session.from_saved(session_file.read(tmp_path / "out.npz")).run.epoch
    said = f"tuinet: the run has {epochs} epochs, so nothing is trained; --epochs {2 * epochs} trains on\n"
    assert run_inline("train", "--load", out[1], *more).stderr == said
    assert run_inline("train", "--load", out[1], "--epochs", str(epochs + 1)).stderr == ""
