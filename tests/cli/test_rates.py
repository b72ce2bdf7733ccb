"""``tuinet rates``: a table, what it says, and a line that trains with the best rate to the very loss."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.inline import run_inline
from tests.terminal import Terminal

TUINET = [sys.executable, "-m", "tuinet"]
FEW = ("--lowest", "0.01", "--highest", "10", "--count", "4")


def rows_of(text: str) -> dict[str, list[str]]:
    """The rows of the table, by their rates."""
    return {words[0]: words[1:] for line in text.split("\n") if (words := line.split()) and line.startswith("   ")}


def test_a_table_and_what_it_says() -> None:
    done = run_inline("rates", "--epochs", "200", *FEW)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[2] == "from epoch 0: 4 rates, 200 epochs each"
    rows = rows_of(done.stdout)
    assert rows.pop("rate") == ["loss", "at", "0", "loss", "at", "200", "verdict"]
    assert list(rows) == ["0.01", "0.1", "1", "10"]
    assert {row[2] for row in rows.values()} == {"falls"}
    assert "The loss falls at every rate up to 10, the largest that was tried." in lines
    assert lines[-1].startswith("tuinet train --defaults")


@pytest.mark.parametrize(
    "options",
    [
        ("--dataset", "iris", "--hidden", "3"),
        ("--dataset", "iris", "--hidden", "3", "--optimizer", "adam", "--at", "11"),
        ("--dataset", "iris", "--hidden", "3", "--at", "10:2", "--edit", "@4 learning_rate=0.3"),
    ],
)
def test_the_line_at_the_end_leads_to_the_loss_in_the_table(options: tuple[str, ...]) -> None:
    done = run_inline("rates", "--epochs", "4", "--json", *FEW, *options)
    *_, end = (json.loads(line) for line in done.stdout.splitlines())
    program, *words = shlex.split(end["line"])
    assert program == "tuinet"
    trained = run_inline(*words, "--json")
    last = json.loads(trained.stdout.splitlines()[-1])
    assert last["loss"] == end["loss"]
    assert trained.stderr == ""


def test_a_saved_run_goes_on_where_it_stands(tmp_path: Path) -> None:
    path = str(tmp_path / "run.npz")
    assert run_inline("train", "--epochs", "30", "--learning-rate", "0.2", "--save", path).returncode == 0
    done = run_inline("rates", "--load", path, "--epochs", "5")
    assert "from epoch 30: 60 rates, 5 epochs each" in done.stdout
    assert "present" in " ".join(rows_of(done.stdout)["0.2"])
    line = done.stdout.splitlines()[-1]
    assert "--at 30" in line
    assert "--epochs 35" in line


def test_json_lines() -> None:
    done = run_inline("rates", "--epochs", "3", "--json", "--dataset", "sine", "--lowest", "0.1", "--highest", "1e9")
    start, *rates, end = (json.loads(line) for line in done.stdout.splitlines())
    assert (start["record"], start["epoch"], start["epochs"], start["looks"]) == ("start", 0, 3, [1, 2, 3])
    assert {one["record"] for one in rates} == {"rate"}
    assert [one["learning_rate"] for one in rates] == sorted(one["learning_rate"] for one in rates)
    assert len(rates) == 101
    assert rates[-1]["verdict"] == "diverges"
    assert rates[-1]["losses"][-1] is None
    by_rate = {one["learning_rate"]: one for one in rates}
    assert by_rate[end["largest_falling"]]["verdict"] == "falls"
    assert by_rate[end["best"]]["losses"][-1] == end["loss"]
    assert by_rate[end["smallest_diverging"]]["verdict"] == "diverges"
    assert (end["record"], end["status"], end["epochs"]) == ("end", "done", 3)
    assert end["sentences"]


def test_no_rate_is_status_1_and_has_no_line() -> None:
    done = run_inline("rates", "--epochs", "2", "--activation", "relu", "--lowest", "1e200", "--highest", "1e201")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("The loss falls at none of the rates from 1e+200 to 1e+201")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--lowest", "3", "--highest", "1"), "--lowest: 3 is not below the highest rate, 1"),
        (("--lowest", "0"), "'--lowest': 0.0 is not in the range x>0"),
        (("--highest", "nan"), "'--highest': nan is not a number above 0"),
        (("--lowest", "1e-320"), "--lowest: 1e-320 is not from 1e-300 to 1e+300"),
        (("--lowest", "5e-324", "--count", "5"), "--lowest: 5e-324 is not from"),
        (("--highest", "5e-324"), "--highest: 5e-324 is not from"),
        (("--highest", "1e308"), "--highest: 1e+308 is not from"),
        (("--lowest", "1e301"), "--lowest: 1e+301 is not from"),
        (("--lowest", "1.0000001", "--highest", "1"), "--lowest: 1.0000001 is not below the highest rate, 1"),
        (
            ("--lowest", "1", "--highest", "1.00000000000001", "--count", "1000"),
            "--count: there are no 1000 different rates from 1 to 1.00000000000001",
        ),
        (("--count", "1"), "'--count': 1 is not in the range"),
        (("--epochs", "0"), "'--epochs': 0 is not in the range x>=1"),
        (("--load", "no-such.npz"), "no-such.npz"),
        (("--hidden", "x"), "'--hidden'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(options: tuple[str, ...], said: str) -> None:
    done = run_inline("rates", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--lowest", "1e-300", "--highest", "1e300"),
        ("--lowest", "1e300"),
        ("--highest", "1e-300"),
        ("--lowest", "1", "--highest", "1.00000000000001", "--count", "3"),
    ],
)
def test_ends_may_be_far_and_close(options: tuple[str, ...]) -> None:
    done = run_inline("rates", "--epochs", "1", "--json", *options)
    assert (done.returncode in (0, 1), done.stderr) == (True, "")
    rates = [one["learning_rate"] for one in map(json.loads, done.stdout.splitlines()) if one["record"] == "rate"]
    assert rates == sorted(set(rates))


def test_rates_are_told_apart_in_words_and_table() -> None:
    done = run_inline("rates", "--epochs", "100", "--lowest", "1", "--highest", "1.0000001", "--count", "2")
    assert [row.split()[0] for row in done.stdout.splitlines()[3:6]] == ["rate", "1", "1.0000001"]
    line = shlex.split(done.stdout.splitlines()[-1])
    best = line[line.index("--learning-rate") + 1]
    assert f"After 100 epochs {best} is best" in done.stdout


def test_one_end_alone_moves_the_other_out_of_its_way() -> None:
    for options, ends in ((("--lowest", "500"), ["500", "5000"]), (("--highest", "1e-5"), ["1e-06", "1e-05"])):
        done = run_inline("rates", "--epochs", "1", "--count", "2", *options)
        assert list(rows_of(done.stdout))[1:] == ends


def test_ctrl_c_ends_the_search_and_what_is_known_is_written(tmp_path: Path) -> None:
    with Terminal([*TUINET, "rates", "--epochs", "1000000000", *FEW], cwd=tmp_path) as terminal:
        terminal.wait_for("left; Ctrl+C stops with what there is")
        terminal.press("\x03")
        assert terminal.exit_status(20) == 130
        assert "4 of 4 rates" in terminal.text()
        assert "of 1,000,000,000 epochs each" in terminal.text()
        assert "tuinet train" in terminal.text()
