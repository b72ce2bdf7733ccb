"""``tuinet worksheet``: sheets, their key, an empty table of answers, and marks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.inline import run_inline
from tuinet.exercises.sheets.pages import RULES
from tuinet.exercises.sheets.worksheet import Assignment
from tuinet.exercises.topic import TOPICS

FEW = ("--students", "2", "--seed", "7")


def run(*arguments: str, **environ: str) -> str:
    done = run_inline("worksheet", *arguments, **environ)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def pages(text: str) -> list[str]:
    return [page.splitlines()[0] for page in text.split("\f")]


def test_sheets_come_with_or_without_their_key() -> None:
    sheets = [f"Forward pass · sheet {student}" for student in (1, 2)]
    keys = [f"Forward pass · key to sheet {student}" for student in (1, 2)]
    assert pages(run("forward", *FEW)) == sheets
    assert pages(run("forward", *FEW, "--key")) == sheets + keys
    assert pages(run("forward", *FEW, "--no-sheets")) == keys


def test_the_rules_stand_on_the_key_and_in_help() -> None:
    for text in (run("forward", *FEW, "--no-sheets"), run("forward", "--help"), run("check", "--help")):
        assert " ".join(RULES.split()) in " ".join(text.split())


def test_help_names_what_is_typed() -> None:
    assert run() == run("--help")
    assert "worksheet TOPIC [OPTIONS]" in run("--help")
    assert "worksheet TOPIC [OPTIONS]" in run("forward", "--help")
    assert " make" not in run("forward", "--help")


@pytest.mark.parametrize(("form", "start"), [("markdown", "# "), ("latex", "\\documentclass"), ("typst", "#set page")])
def test_formats_are_whole_documents(form: str, start: str) -> None:
    text = run("shapes", *FEW, "--format", form)
    assert text.startswith(start)
    assert run("--students", "2", "shapes", "--seed", "7", "--format", form) == text


def test_answers_are_marked_in_a_table_and_as_csv(tmp_path: Path) -> None:
    template = run("update", *FEW, "--answers-template")
    lines = template.splitlines()
    assert lines[:2] == [
        "# tuinet worksheet update --students 2 --seed 7 --level 1 --count 3",
        "student,question,answer",
    ]
    sheet = next(Assignment("update", 2, 7).sheets())
    right = {name: blank.answer for name, _, blank in sheet.questions()}
    name, blank = next((name, blank) for name, _, blank in sheet.questions())
    right[name] = f"{next(one.value for one in blank.mistakes if one.kind == 'added update'):.4f}"
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([*lines[:2], *(f"1,{name},{answer}" for name, answer in right.items())]), "utf-8")
    table = run("check", str(path)).splitlines()
    most = 2 * len(right)
    assert table[0] == lines[0].removeprefix("# ")
    assert table[1].split() == ["student", *right, "points", "of"]
    assert table[2].split() == ["1", "0", *["2"] * (len(right) - 1), str(most - 2), str(most)]
    assert table[3:] == ["no answers: 2", "mistakes: added update 1"]
    rows = list(csv.DictReader(io.StringIO(run("check", str(path), "--format", "csv"))))
    assert len(rows) == len(right)
    assert rows[0]["kind"] == "added update"
    assert rows[0]["words"].endswith("the update was added.")
    assert {row["points"] for row in rows[1:]} == {"2"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope",), "'nope' is not one of 'forward'"),
        (("forward", "--students", "1000"), "1000 is not in the range 1<=x<=999"),
        (("forward", "--format", "pdf"), "'pdf' is not one of 'text'"),
        (("check", "no/such.csv"), "no/such.csv: there is no such file"),
        (("check",), "Missing argument 'ANSWERS.csv'"),
        (("--nope",), "No such option '--nope'"),
    ],
)
def test_bad_usage_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    done = run_inline("worksheet", *arguments)
    assert done.returncode == 2
    assert message in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1


def test_every_faulty_line_has_a_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    rows = ["# " + Assignment("loss", 2, 1).command, "student,question,answer", "3,1a,1", "1,1a,\x1b[31m", "1,9a,1"]
    path.write_text("\n".join(rows), "utf-8")
    done = run_inline("worksheet", "check", str(path))
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"tuinet: {path}, line 3: student '3' is no number from 1 to 2",
        f"tuinet: {path}, line 5: question '9a' is not on sheet 1, which has 1a, 2a, 2b, 2c, 3a, 3b, 3c",
    ]


def test_every_topic_has_sheets() -> None:
    for topic in TOPICS:
        assert run(topic, "--students", "1", "--count", "1").startswith(Assignment(topic).title)
