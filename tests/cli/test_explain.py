"""``tuinet explain`` as a process: pipes, dumb terminals, other encodings, bad values."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inline import run_inline

ROOT = Path(__file__).parents[2]
EXPLAIN = [sys.executable, "-m", "tuinet", "explain"]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EXPLAIN, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def run_here(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_inline("explain", *arguments)


def test_a_whole_step_in_a_pipe() -> None:
    command = f"{sys.executable} -m tuinet explain | cat"
    result = subprocess.run(
        command, shell=True, capture_output=True, encoding="utf-8", timeout=60, check=False, cwd=ROOT
    )
    assert (result.returncode, result.stderr) == (0, "")
    titles = [row.split(" · ")[0] for row in result.stdout.splitlines() if row and not row.startswith(" ")][2:]
    order = ["batch", "forward, layer 1", "forward, layer 2", "loss", "backward, layer 2", "backward, layer 1"]
    assert list(dict.fromkeys(titles)) == [*order, "update, layer 1", "update, layer 2"]
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "environment",
    [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color", "FORCE_COLOR": "1"}],
    ids=str,
)
def test_the_text_is_the_same_everywhere(environment: dict[str, str]) -> None:
    result = run("--precision", "6", **environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == run("--precision", "6").stdout
    assert "\x1b" not in result.stdout
    assert "∂L/∂w₁ = Σ δ·x₁" in result.stdout


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C"}], ids=str
)
def test_streams_and_locales_without_greek_get_words(environment: dict[str, str]) -> None:
    result = run("--example", "mazur", **environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.isascii()
    assert "?" not in result.stdout
    assert "dL/dw1 = sum delta*x1" in result.stdout
    assert len(result.stdout.splitlines()) >= 100


def test_options_choose_the_step_and_what_is_told() -> None:
    arguments = ["--dataset", "circle", "--epoch", "2", "--batch", "3", "--sample", "4", "--neuron", "5"]
    text = run_here(*arguments, "--precision", "10").stdout
    assert "step 53: after 2 epochs, batch 3 of 25" in text
    assert "forward, layer 2 · h5 · sample 4, " in text
    assert "layer 3 · y" in text
    assert run_here(*arguments, "--all").stdout.count("terms:") == 0


def test_markdown() -> None:
    text = run_here("--format", "markdown").stdout
    assert text.startswith("# xor · 2-2-1 ")
    assert text.count("```") % 2 == 0
    assert "## forward, layer 1 · h2 · sample 1" in text


def test_examples() -> None:
    assert run_here("--list").stdout.split() and "mazur" in run_here("--list").stdout
    assert "19 of 19 published numbers agree to every digit." in run_here("--example", "mazur").stdout
    assert run_here("--example", "han", "--format", "markdown").stdout.startswith("# Han and Kamber's 3-2-1 example")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--example", "foo"], "'foo' is not one of 'mazur', 'han'"),
        (["--precision", "5"], "'5' is not one of '4', '6', '10'"),
        (["--format", "html"], "'html' is not one of 'text', 'markdown'"),
        (["--epoch", "-1"], "'--epoch': -1 is not in the range x>=0"),
        (["--batch", "2"], "--batch: 2 is more than the 1 of an epoch"),
        (["--sample", "5"], "--sample: 5 is more than the 4 samples of the batch"),
        (["--sample", "0"], "'--sample': 0 is not in the range x>=1"),
        (["--neuron", "3"], "--neuron: 3 is more than the 2 neurons of the widest layer"),
        (["--width", "3"], "'--width': 3 is not in the range"),
        (["--dataset", "foo"], "--dataset: 'foo' is not one of "),
        (["--learning-rate", "-1"], "--learning-rate: -1.0 is not a number above 0"),
        (
            ["--example", "han", "--hidden", "3"],
            "--hidden: a published example has a network and a step of its own; without --example, --hidden counts",
        ),
        (
            ["--example", "han", "--epoch", "3"],
            "--epoch: a published example has a network and a step of its own; without --example, --epoch counts",
        ),
    ],
)
def test_bad_values_are_one_line_and_exit_status_2(arguments: list[str], message: str) -> None:
    result = run_here(*arguments)
    assert result.returncode == 2
    assert result.stderr.startswith("tuinet: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
