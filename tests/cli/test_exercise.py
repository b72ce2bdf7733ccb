"""``tuinet exercise``: questions, answers from a pipe or a terminal, and a summary."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.inline import run_inline
from tests.terminal import Terminal
from tuinet.exercises.topic import TOPICS, exercise

EXERCISE = [sys.executable, "-m", "tuinet", "exercise"]


def run(*arguments: str, answers: str = "", encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*EXERCISE, *arguments],
        input=answers.encode(),
        capture_output=True,
        env={"PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_dialogue_from_a_pipe() -> None:
    z = exercise("forward", 1, 4, 0).blanks[0]
    bias = next(mistake.value for mistake in z.mistakes if mistake.kind == "bias")
    answers = [f"{bias:.3f}", z.answer, "", "", "abc"]
    done = run("forward", "--seed", "4", "--count", "2", answers="\n".join(answers) + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Exercise 1 of 2 · forward pass, level 1"
    assert f"(a) {z.question}, to {z.asked.decimals} decimals: z = w₁·x₁ + w₂·x₂ + b" in lines
    assert any(line.endswith("the bias is missing.") for line in lines)
    assert f"  Right: z = {z.answer}." in lines
    # Twice nothing: the numbers, and then the equation in full.
    assert [line for line in lines if line.startswith("  a = ") and line.endswith(" = ?")]
    assert [line for line in lines if line.startswith("  The solution: a = ")]
    assert "Exercise 2 of 2 · forward pass, level 1" in lines
    assert "  That is no number." in lines
    assert lines[-3:] == [
        "1 exercise, 1 of 2 numbers found.",
        "Mistakes: bias 1.",
        "The same numbers again: --seed 4",
    ]


def test_what_is_found_at_once_makes_the_next_harder() -> None:
    made = [exercise("update", level, 9, level - 1) for level in (1, 2)]
    answers = [blank.answer for one in made for blank in one.blanks]
    done = run("update", "--seed", "9", "--count", "3", answers="\n".join(answers))
    levels = [line for line in done.stdout.splitlines() if line.startswith("Exercise")]
    assert [line[-7:] for line in levels] == ["level 1", "level 2", "level 3"]
    assert f"2 exercises, {len(answers)} of {len(answers)} numbers found." in done.stdout


def test_a_level_that_is_named_stays() -> None:
    answers = [blank.answer for blank in exercise("update", 4, 9, 0).blanks]
    done = run("update", "--seed", "9", "--count", "2", "--level", "4", answers="\n".join(answers))
    assert "Exercise 2 of 2 · update, level 4" in done.stdout


def test_without_a_topic_they_come_in_turn_and_the_end_of_input_is_no_error() -> None:
    done = run_inline("exercise", "--count", "2", "--seed", "1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Exercise 1 of 2 · forward pass, level 1\n")
    assert "0 exercises, 0 of 0 numbers found." in done.stdout


def test_what_the_stream_cannot_take_is_spelled_in_ascii() -> None:
    done = run("hidden-delta", "--seed", "1", answers="\n\n\n", encoding="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "dL/da" in done.stdout


def test_garbage_is_answered_in_a_line() -> None:
    command = [*EXERCISE, "loss", "--seed", "1", "--count", "1"]
    garbage = b"\xff\xfe\x00\n" + b"9" * 5000 + b"\n\x1b[2J\n"
    done = subprocess.run(command, input=garbage, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"That is no number." in done.stdout
    assert b"\x1b" not in done.stdout


def test_all_topics_are_listed() -> None:
    done = run_inline("exercise", "--list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(TOPICS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope",), "'nope' is not one of 'forward'"),
        (("--level", "6"), "6 is not in the range 1<=x<=5"),
        (("--count", "0"), "0 is not in the range"),
        (("--seed", "-1"), "-1 is not in the range"),
    ],
)
def test_bad_usage_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = run_inline("exercise", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_in_a_terminal_the_typed_line_is_the_answer() -> None:
    z = exercise("forward", 1, 4, 0).blanks[0]
    with Terminal([*EXERCISE, "forward", "--seed", "4", "--count", "1", "--plain"], columns=80, rows=40) as terminal:
        terminal.wait_for("\na>")
        terminal.press(f"{z.answer.replace('−', '-')}\r")
        terminal.wait_for("Right: z")
        terminal.press("\x04")
        terminal.wait_for("--seed 4")
        assert terminal.exit_status() == 0
