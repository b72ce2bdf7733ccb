"""`tuinet compare` without a screen."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compare.factories import inline
from tuinet.compare.grid import make_grid, parse_vary
from tuinet.compare.trial import looks

ROOT = Path(__file__).parents[2]
VARY = ["--vary", "optimizer=sgd,adam", "--vary", "learning_rate=0.1,0.3"]


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tuinet", "compare", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)


def run(*options: str, status: int = 0) -> str:
    with start(*options) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    return err if status == 2 else out


def test_lines() -> None:
    lines = run(*VARY, "--seeds", "2", "--epochs", "300", "--workers", "2").splitlines()
    assert lines[0] == (
        "4 cells, seeds 1 to 2, 300 epochs each · target: all right on the training set, looked at every 2 epochs"
    )
    assert lines[2].split() == ["optimizer", "learning_rate", "reached", "epochs", "loss", "quartiles", "accuracy"]
    assert [line.split()[:2] for line in lines[3:]] == [
        ["sgd", "0.1"],
        ["sgd", "0.3"],
        ["adam", "0.1"],
        ["adam", "0.3"],
    ]


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_the_same_bytes_from_one_process_and_from_two(form: str) -> None:
    options = (*VARY, "--seeds", "3", "--epochs", "200", form)
    assert run(*options, "--workers", "1") == run(*options, "--workers", "2")


def test_json_and_csv_have_the_numbers_of_the_runs() -> None:
    options = (*VARY, "--seeds", "2", "--epochs", "200", "--seed", "5")
    grid = make_grid({"seed": 5}, [parse_vary(text) for text in VARY[1::2]], 2, 200)
    trials = inline(grid.jobs)
    start_record, *records, end = map(json.loads, run(*options, "--json").splitlines())
    assert start_record["looks"] == list(looks(200))
    assert start_record["seeds"] == [5, 6]
    found = [record for record in records if record["record"] == "trial"]
    assert [record["losses"] for record in found] == [list(trial.losses) for trial in trials]
    assert [record["experiment"] for record in found] == [job.experiment.to_dict() for job in grid.jobs]
    cells = [record for record in records if record["record"] == "cell"]
    assert [tuple(record["values"].values()) for record in cells] == [cell.labels for cell in grid.cells]
    assert (end["status"], end["trials"], end["failures"]) == ("done", 8, 0)
    rows = list(csv.DictReader(io.StringIO(run(*options, "--csv"))))
    assert [float(row["train_loss"]) for row in rows] == [trial.loss for trial in trials]
    assert [(row["optimizer"], row["learning_rate"], int(row["seed"])) for row in rows] == [
        (*grid.cell_of(trial.index).labels, grid.seed_of(trial.index)) for trial in trials
    ]
    assert {row["diverged"] for row in rows} == {"false"}


def test_a_run_that_diverges_is_no_failure() -> None:
    options = ("--dataset", "sine", "--activation", "linear", "--learning-rate", "1e6", "--epochs", "20")
    assert "diverged" in run(*options, "--seeds", "2")
    (row,) = csv.DictReader(io.StringIO(run(*options, "--seeds", "1", "--csv")))
    assert (row["train_loss"], row["diverged"], row["failure"]) == ("inf", "true", "")
    records = list(map(json.loads, run(*options, "--seeds", "1", "--json").splitlines()))
    assert (records[1]["train_loss"], records[1]["diverged"]) == (None, True)


def test_seeds_are_named_and_run_as_they_would_alone() -> None:
    start, *records = map(json.loads, run("--seeds", "9,4-5", "--epochs", "20", "--json").splitlines())
    trials = [record for record in records if record["record"] == "trial"]
    assert start["seeds"] == [9, 4, 5]
    assert [trial["seed"] for trial in trials] == [trial["experiment"]["seed"] for trial in trials] == [9, 4, 5]
    alone = json.loads(run("--seed", "4", "--seeds", "1", "--epochs", "20", "--json").splitlines()[1])
    assert alone["losses"] == trials[1]["losses"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--vary", "optimizer=foo"], "--vary: optimizer=foo: optimizer: 'foo' is not one of sgd"),
        (["--vary", "lr=1"], "--vary: 'lr' is not one of"),
        (["--vary", "learning_rate=log(0,1,5)"], "--vary: learning_rate: 'log(0,1,5)': 0 has no logarithm"),
        (["--learning-rate", "-1"], "--learning-rate: -1.0 is not a number above 0"),
        (["--dataset", "nothing"], "--dataset"),
        (["--seeds", "0"], "--seeds"),
        (["--seeds", "1-"], "'1-' is not a list of whole numbers such as 1-4 or 1,5,9; a number alone says how many"),
        (["--seeds", "4-1"], "4-1 runs backwards; 1-4 would be right"),
        (["--seeds", "1,2,1"], "'1,2,1' has 1 twice"),
        (["--seeds", "1-1001"], "'1-1001' has more than 1,000 numbers"),
        (["--seeds", "1-4", "--seed", "2"], "--seeds that are named and --seed: give one of them"),
        (["--json", "--csv"], "--json and --csv: give one of them"),
        (["--target-loss", "1", "--target-accuracy", "1"], "--target-loss and --target-accuracy: give one of them"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"], "--workers and --scheduler: give one of them"),
    ],
)
def test_mistakes_are_one_line(options: list[str], message: str) -> None:
    (line,) = run(*options, status=2).splitlines()
    assert line.startswith("tuinet: ")
    assert message in line


@pytest.mark.skipif(not Path(f"/proc/{os.getpid()}/task").is_dir(), reason="children are found in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_workers_and_what_was_done_is_written(number: int) -> None:
    # The first run takes an instant, the second for ever.
    with start("--vary", "batch_size=full,1", "--seeds", "1", "--epochs", "100000000", "--csv") as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while len(pids := children.read_text().split()) < 2:
            assert process.poll() is None
        files = [os.pidfd_open(int(pid)) for pid in pids]
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out.splitlines() == [out.splitlines()[0]]
    for pid, file in zip(pids, files, strict=True):
        os.close(file)
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
