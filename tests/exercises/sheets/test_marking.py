from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.exercises.solver import Solver
from tests.exercises.test_topics import texts_of, typed
from tuinet.errors import DataError
from tuinet.exercises.sheets.marking import ClassMarks, FaultyAnswersError, read_answers, template
from tuinet.exercises.sheets.worksheet import Assignment, Sheet
from tuinet.exercises.topic import TOPICS

ASSIGNMENT = Assignment("hidden-delta", 4, 7)


def write(path: Path, rows: list[str], *, header: str = "student,question,answer", comment: str = "") -> Path:
    path.write_text("\n".join([f"# {comment or ASSIGNMENT.command}", header, *rows]) + "\n", "utf-8")
    return path


def solved(sheet: Sheet, wrong: dict[str, float] | None = None) -> dict[str, str]:
    """What a student hands in who works from the sheet, and goes on with wrong answers as if they were right."""
    wrong = wrong or {}
    handed: dict[str, str] = {}
    for number, made in enumerate(sheet.exercises, start=1):
        own = {name[1:]: value for name, value in wrong.items() if name.startswith(str(number))}
        solver = Solver(made.topic, texts_of(made), own)
        answers = solver.answers([(blank.name, blank.question) for blank in made.blanks])
        for blank in made.blanks:
            handed[f"{number}{blank.name}"] = typed(blank, own.get(blank.name, answers[blank.name]))
    return handed


def rows_of(student: int, handed: dict[str, str]) -> list[str]:
    return [f"{student},{name},{answer}" for name, answer in handed.items()]


def points_of(path: Path) -> dict[int, list[int]]:
    marks = ClassMarks.of(read_answers(str(path)))
    return {student: [mark.points for mark in own] for student, own in marks.by_student().items()}


def test_planted_answers_are_marked_to_the_point(tmp_path: Path) -> None:
    sheets = list(ASSIGNMENT.sheets())
    slope = next(sheets[1].questions())[2]
    no_hit = solved(sheets[2])
    no_hit["1b"], no_hit["2c"], no_hit["3a"] = "", "no idea", "12.5"
    rows = [
        *rows_of(1, solved(sheets[0])),
        # The first answer is wrong, and δ goes on with it.
        *rows_of(2, solved(sheets[1], {"1a": round(slope.value + 0.5, 4)})),
        *rows_of(3, no_hit),
    ]
    path = write(tmp_path / "answers.csv", rows)
    assert points_of(path) == {
        1: [2] * 9,
        2: [0, 2, 1, 2, 2, 2, 2, 2, 2],
        3: [2, 0, 2, 2, 2, 0, 0, 2, 2],
    }
    marks = ClassMarks.of(read_answers(str(path)))
    assert marks.absent == (4,)
    kinds = {(mark.student, mark.question): mark.verdict.kind for mark in marks.marks if mark.points < 2}
    assert kinds == {
        (2, "1a"): "other",
        (2, "1c"): "consequential",
        (3, "1b"): "missing",
        (3, "2c"): "unreadable",
        (3, "3a"): "other",
    }
    assert marks.mistakes() == {"other": 2, "unreadable": 1}


@pytest.mark.parametrize("topic", TOPICS)
def test_who_answers_all_from_the_sheet_has_all_points(topic: str, tmp_path: Path) -> None:
    assignment = Assignment(topic, 2, 3, 2)
    rows = [row for sheet in assignment.sheets() for row in rows_of(sheet.student, solved(sheet))]
    path = write(tmp_path / "answers.csv", rows, comment=assignment.command)
    assert {point for own in points_of(path).values() for point in own} == {2}


@pytest.mark.parametrize(
    ("fewer", "points", "kind"),
    [(1, 1, "rounding"), (2, 0, "too coarse")],
    ids=["two digits", "one digit"],
)
def test_rounding_costs_a_point_and_one_digit_is_no_answer(fewer: int, points: int, kind: str, tmp_path: Path) -> None:
    sheet = next(ASSIGNMENT.sheets())
    handed = solved(sheet)
    blank = next(sheet.questions())[2]
    assert 0.01 < blank.value < 0.1 and blank.asked.decimals == 4
    handed["1a"] = f"{blank.value:.{blank.asked.decimals - fewer}f}"
    path = write(tmp_path / "a.csv", rows_of(1, handed))
    assert points_of(path)[1] == [points, *[2] * 8]
    assert next(mark.verdict.kind for mark in ClassMarks.of(read_answers(str(path))).marks) == kind


def test_what_spreadsheets_make_of_the_table_is_read(tmp_path: Path) -> None:
    sheet = next(ASSIGNMENT.sheets())
    handed = {name: answer.replace(".", ",") for name, answer in solved(sheet).items()}
    lines = [f"# {ASSIGNMENT.command};;;", "Name;Student;Question;Answer"]
    lines += [f"Ada;1;{name.upper()};{answer}" for name, answer in handed.items()]
    path = tmp_path / "answers.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ";;;"]).encode())
    assert points_of(path) == {1: [2] * 9}


@pytest.mark.parametrize("quoted", ['"# {}"', '"#{}",,', "'# {}';;", ' "# {}" '])
def test_the_line_that_names_the_sheets_may_stand_in_quotes(quoted: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(quoted.format(ASSIGNMENT.command) + '\n"student","question","answer"\n"1","1a","0,5"\n', "utf-8")
    handed = read_answers(str(path))
    assert handed.assignment == ASSIGNMENT and handed.answers == {1: {"1a": "0,5"}}


def test_the_template_has_a_line_for_each_question_and_is_read_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(template(ASSIGNMENT)), "utf-8")
    assert points_of(path) == {student: [0] * 9 for student in range(1, 5)}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("5,1a,1", "student '5' is no number from 1 to 4"),
        ("x,1a,1", "student 'x' is no number from 1 to 4"),
        ("-1,1a,1", "student '-1' is no number from 1 to 4"),
        ("²,1a,1", "student '²' is no number from 1 to 4"),
        ("1,9z,1", "question '9z' is not on sheet 1, which has 1a, 1b, 1c"),
        ("1,1a,0,5", "4 fields, where the header has 3; put an answer with a comma into quotes"),
        ("1,1a", "2 fields, where the header has 3"),
        ("1,1b,2\n1,1b,3", "student 1 has answered question 1b already; leave one answer"),
    ],
)
def test_faulty_lines_are_named(row: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path / "answers.csv", ["1,1a,0.5", row])
    with pytest.raises(FaultyAnswersError, match=re.escape(message)) as caught:
        read_answers(str(path))
    line = 4 + row.count("\n")
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert "\n" not in str(caught.value)


def test_of_many_faulty_lines_the_first_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "answers.csv", ["9,1a,1"] * 30)
    with pytest.raises(FaultyAnswersError) as caught:
        read_answers(str(path))
    lines = str(caught.value).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "10 more lines are faulty"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a header and a line for each answer are needed"),
        ("\n\n", "there are no answers"),
        ("student,answer\n1,2\n", "line 1: there is no column question; the header is student,question,answer"),
        ("student,question,answer\n1,1a,2\n", "the file does not name its sheets; give --sheets"),
        ("# tuinet worksheet\nstudent,question,answer\n1,1a,2\n", "is no line such as"),
        (
            "# tuinet worksheet nope --students 3 --seed 1 --level 1 --count 3\nstudent,question,answer\n",
            "'nope' is none",
        ),
        (f'# {ASSIGNMENT.command}\nstudent,question,answer\n1,1a,"2\n', "a quote is opened and never closed"),
        ("student\x00,question\n", "a NUL byte"),
    ],
)
def test_what_is_no_table_of_answers_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        read_answers(str(path))
    assert "\n" not in str(caught.value)


def test_sheets_may_be_named_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("student,question,answer\n1,1a,0\n", "utf-8")
    assert read_answers(str(path), ASSIGNMENT.command).assignment == ASSIGNMENT
    with pytest.raises(DataError, match="--sheets: 'x' is no line such as"):
        read_answers(str(path), "x")
