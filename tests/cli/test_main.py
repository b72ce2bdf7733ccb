"""The command line as a process: what it prints, where, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.inline import run_inline
from tests.terminal import Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.session.session import Session

TUINET = [sys.executable, "-m", "tuinet"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*TUINET, *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)


def records(*arguments: str) -> list[dict[str, Any]]:
    result = run("train", "--json", *arguments)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_train_solves_xor_and_says_so_as_json_lines() -> None:
    start, *epochs, end = records("--dataset", "xor", "--seed", "1", "--log-every", "500")
    assert Experiment.from_dict(start["experiment"]) == Experiment(seed=1)
    assert [record["epoch"] for record in epochs] == list(range(500, 3001, 500))
    assert (start["record"], end["record"], end["status"], end["epochs"]) == ("start", "end", "done", 3000)
    assert end["loss"] < 0.05
    assert end["accuracy"] == 1
    assert end["seconds"] > 0


def test_the_process_gives_the_losses_of_the_session_bit_for_bit() -> None:
    options = ["--hidden", "3,2", "--activation", "tanh,relu", "--learning-rate", "0.3", "--seed", "11"]
    *_, last, _ = records(*options, "--epochs", "252", "--log-every", "7")
    session = Session(Experiment(hidden=(3, 2), activation=("tanh", "relu"), learning_rate=0.3, seed=11))
    for piece in (1, 100, 51):
        session.advance(piece)
    while session.run.epoch < 252:
        session.step("phase")
    assert (last["epoch"], last["loss"]) == (252, session.metrics().loss)


def test_data_summary_and_verdict_are_a_line_each() -> None:
    result = run("train", "--epochs", "20")
    assert result.returncode == 0
    first, second, third = result.stdout.splitlines()
    assert first == "inputs x1, x2 · target (2 classes: 0, 1) · 4 train, none for testing"
    assert second.startswith("done: xor 2-2-1, 20 epochs in")
    assert third == "  learning slowly: loss fell 1% in 10 epochs; --learning-rate 2"
    assert result.stderr == ""


def test_a_run_that_diverges_says_so_and_exits_1() -> None:
    result = run("train", "--activation", "relu", "--hidden", "8,8", "--learning-rate", "1e200", "--json")
    assert result.returncode == 1
    end = json.loads(result.stdout.splitlines()[-1], parse_constant=pytest.fail)
    assert (end["status"], end["loss"]) == ("diverged", None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "foo"], "--dataset: 'foo' is not one of "),
        (["--activation", "sigmod"], "--activation: 'sigmod' is not one of sigmoid, tanh, relu, leaky_relu"),
        (["--learning-rate", "-1"], "--learning-rate: -1.0 is not a number above 0"),
        (["--hidden", "2,x"], "'--hidden': '2,x' is not a list of whole numbers such as 4 or 8,8"),
        (["--hidden", "2,0"], "--hidden: 0 is not a whole number from 1 to 4096"),
        (["--seed", "one"], "'--seed': 'one' is not a whole number"),
        (["--epochs", "-1"], "'--epochs': -1 is not in the range x>=0"),
        (["--no-such"], "No such option '--no-such'"),
    ],
)
def test_bad_values_are_one_line_and_exit_status_2(arguments: list[str], message: str) -> None:
    result = run_inline("train", *arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("tuinet: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "standard input is not a terminal; `tuinet train` trains without one"),
        (["--speed", "fast"], "'--speed': 'fast' is not a number of epochs per second, nor max"),
        (["--speed", "0"], "'0' is not from 0.01 to 1e9"),
        (["--seed", "3", "train"], "--seed stands before train; options of train come after it"),
        (["--dataset", "foo"], "--dataset: 'foo' is not one of "),
        (["tarin"], "No such command 'tarin'"),
        (["Spiral"], "No such command 'Spiral'; data are named with --dataset Spiral"),
        (["own.csv"], "No such command 'own.csv'; data are named with --dataset own.csv"),
    ],
)
def test_the_dashboard_refuses_in_one_line(arguments: list[str], message: str) -> None:
    result = run_inline(*arguments)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["train", "compare", "datasets"])
def test_a_command_that_is_mistyped_is_found(name: str) -> None:
    result = run_inline(name[:-2] + name[-1] + name[-2])
    assert result.returncode == 2
    # Where several are near, the nearest comes first.
    offered = result.stderr.partition("Did you mean")[2].removeprefix(" one of:")
    assert offered.startswith(f" '{name}'")


def test_help_names_every_option() -> None:
    text = run_inline("--help").stdout + run_inline("train", "--help").stdout
    for option in ("dataset", "hidden", "activation", "learning-rate", "seed", "epochs", "speed", "paused", "theme"):
        assert f"--{option} " in text


def test_train_shows_its_progress_on_a_terminal_and_stops_at_ctrl_c() -> None:
    with Terminal([*TUINET, "train", "--epochs", "100000000"]) as terminal:
        terminal.wait_for("training")
        terminal.wait_for("%")
        terminal.press("\x03")
        terminal.wait_for("interrupted: xor 2-2-1")
        assert terminal.exit_status(10) == 130
