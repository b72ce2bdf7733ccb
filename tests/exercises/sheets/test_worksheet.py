from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.exercises.solver import Solver
from tests.exercises.test_topics import texts_of, typed
from tuinet.exercises.sheets.pages import key_page, sheet_page
from tuinet.exercises.sheets.worksheet import Assignment, Sheet, WorksheetError, assignment_of
from tuinet.exercises.sheets.writers import WRITERS, FormatName
from tuinet.exercises.topic import TOPICS

# Together in one process: each sheet is drawn once for all tests.
pytestmark = pytest.mark.xdist_group("sheets")
FEW = 3


@cache
def sheets_of(topic: str, students: int, level: int = 1, seed: int = 7) -> tuple[Sheet, ...]:
    return tuple(Assignment(topic, students, seed, level).sheets())


def document(form: FormatName, sheets: tuple[Sheet, ...], *, key: bool = True) -> str:
    pages = [*map(sheet_page, sheets), *(map(key_page, sheets) if key else ())]
    return "".join(WRITERS[form]().document(pages))


def parts_of(page: str) -> list[str]:
    """The exercises of a printed page."""
    return re.split(r"^Exercise \d, level \d\n-+\n", page, flags=re.MULTILINE)[1:]


def solved_from_print(topic: str, page: str) -> dict[str, Any]:
    """The answers to a sheet, from nothing but its printed text."""
    answers: dict[str, Any] = {}
    for part in parts_of(page):
        given, _, questions = part.partition("\n\n")
        texts = [" ".join(text.split()) for text in re.split(r"\n(?=  \S)", given.rstrip())]
        solver = Solver(topic, texts)
        answers |= solver.answers(list(asked(questions)))
    return answers


def asked(questions: str) -> list[tuple[str, str]]:
    """The name of each question and its words, formulas left out."""
    rows = re.findall(r"^(\d[a-z]) +(.+(?:\n    \S.*)*?) +_+$", questions, flags=re.MULTILINE)
    words = [
        (name, re.sub(r",(?: to \d+ decimals?| a whole number)$", "", " ".join(text.split()))) for name, text in rows
    ]
    return [(name, text.rstrip(",")) for name, text in words]


def key_from_print(page: str) -> dict[str, str]:
    return dict(re.findall(r"^(\d[a-z]) +.*: (\S.*)$", page, flags=re.MULTILINE))


@pytest.mark.parametrize("topic", TOPICS)
def test_the_printed_key_is_what_the_printed_sheet_leads_to(topic: str) -> None:
    pages = document("text", sheets_of(topic, FEW)).split("\f")
    assert len(pages) == 2 * FEW
    for sheet, key in zip(pages[:FEW], pages[FEW:], strict=True):
        answers, printed = solved_from_print(topic, sheet), key_from_print(key)
        assert list(answers) == list(printed)
        for name, answer in answers.items():
            if isinstance(answer, tuple):
                assert printed[name] == " × ".join(map(str, answer)), name
                continue
            text = printed[name].replace("−", "-")
            unit = 10.0 ** -len(text.partition(".")[2])
            assert abs(float(text) - answer) <= 1.5 * unit, (topic, name, text, answer)


def test_thirty_sheets_are_all_different_and_ask_the_same() -> None:
    sheets = sheets_of("loss", 30)
    numbers = {tuple(text for made in sheet.exercises for text in texts_of(made)) for sheet in sheets}
    answers = {tuple(blank.answer for *_, blank in sheet.questions()) for sheet in sheets}
    assert len(numbers) == len(answers) == 30
    assert len({tuple((name, blank.line.left) for name, _, blank in sheet.questions()) for sheet in sheets}) == 1
    for place in range(3):
        kinds = {tuple(re.sub(r"−?[\d.]+", "0", text) for text in texts_of(sheet.exercises[place])) for sheet in sheets}
        assert len(kinds) == 1


def test_a_sheet_fits_on_a_page_of_text() -> None:
    for topic in TOPICS:
        for page in document("text", sheets_of(topic, 1, 3), key=False).split("\f"):
            rows = page.splitlines()
            assert len(rows) <= 66, topic
            assert max(map(len, rows)) <= 80, topic


def test_sheets_stay_the_same() -> None:
    text = document("text", sheets_of("hidden-delta", FEW))
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST
    assert text.split("\f")[0] == SHEET
    again = document("text", tuple(Assignment("hidden-delta", 2, 7).sheets()), key=False)
    # With fewer students the first sheets are the same.
    assert text.startswith(again.rstrip("\n").replace("--students 2", f"--students {FEW}"))


def test_other_seeds_give_other_sheets() -> None:
    assert document("text", sheets_of("loss", 1)) != document("text", sheets_of("loss", 1, seed=8))


def test_the_line_on_a_sheet_leads_back_to_it() -> None:
    assignment = Assignment("softmax", 12, 34, 2, 4)
    assert assignment_of(assignment.command) == assignment
    assert assignment_of(f"  {assignment.command.removeprefix('tuinet ')} ") == assignment
    for line in ("tuinet worksheet forward", assignment.command.replace("softmax", "So ft"), "", "x" * 500):
        with pytest.raises(WorksheetError, match="is no line such as"):
            assignment_of(line)
    with pytest.raises(WorksheetError, match="students: 0 is not from 1 to 999"):
        assignment_of(assignment.command.replace("12", "0"))
    with pytest.raises(WorksheetError, match="'nope' is none of forward, loss"):
        assignment_of(assignment.command.replace("softmax", "nope"))


def test_markdown_has_a_table_of_three_columns_and_no_bare_bars() -> None:
    text = document("markdown", sheets_of("forward", 1, 1))
    rows = [row for row in text.splitlines() if row.startswith("| **")]
    assert len(rows) == 20
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)


def compile_with(program: str, tmp_path: Path, form: FormatName, suffix: str, *arguments: str) -> None:
    """Have every topic compiled, where the program is installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    for topic in TOPICS:
        source = tmp_path / f"{topic}{suffix}"
        source.write_text(document(form, (*sheets_of(topic, 1), *sheets_of(topic, 1, 3))), "utf-8")
        command = [program, *arguments, source.name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, (topic, done.stdout[-2000:], done.stderr[-2000:])
        assert "Overfull" not in done.stdout, (topic, done.stdout)


def test_latex_compiles(tmp_path: Path) -> None:
    compile_with("pdflatex", tmp_path, "latex", ".tex", "-interaction=nonstopmode", "-halt-on-error")


def test_typst_compiles(tmp_path: Path) -> None:
    compile_with("typst", tmp_path, "typst", ".typ", "compile")


def test_latex_and_typst_have_nothing_that_they_cannot_set() -> None:
    for topic in TOPICS:
        sheets = (*sheets_of(topic, 1), *sheets_of(topic, 1, 3))
        latex = document("latex", sheets)
        assert latex.isascii(), sorted({char for char in latex if not char.isascii()})
        assert latex.count("{") == latex.count("}")
        assert latex.count("$") % 2 == 0
        assert len(re.findall(r"\\newpage", latex)) == len(sheets) * 2 - 1
        typst = document("typst", sheets)
        assert len(re.findall(r"(?<!\\)\$", typst)) % 2 == 0
        assert typst.count("#pagebreak()") == len(sheets) * 2 - 1


def test_answers_of_a_sheet_are_typed_as_asked() -> None:
    for *_, blank in sheets_of("gradient", 1)[0].questions():
        assert float(blank.answer.replace("−", "-")) == float(typed(blank, blank.value))


DIGEST = "3e53397b276391aa8d5370da4302e8e1d6bd31b0b900dfe92967edff66749e77"
"""Of three sheets with their keys."""
SHEET = """\
Hidden delta · sheet 1
======================
tuinet worksheet hidden-delta --students 3 --seed 7 --level 1 --count 3

Name: ________________________________________

Exercise 1, level 1
-------------------
  A network of 2-2-1 units: sigmoid in layer 1.
  For sample 1, h1 has z = 0.9500, a = 0.7211.
  Into y1: w₅ = −1.1, w₆ = −0.9, b = −0.6.
  The δ of the outputs, for the same sample: δ₁ = −0.04290.

1a  ∂L/∂a of h1, to 4 decimals                                  ________________
      ∂L/∂a = w₅·δ₁ = ?
1b  f′(z) of h1, to 3 decimals                                  ________________
      f′(z) = a·(1 − a) = ?
1c  δ of h1, to 5 decimals                                      ________________
      δ = ∂L/∂z = ∂L/∂a·f′(z) = ?

Exercise 2, level 2
-------------------
  A network of 2-2-2 units: tanh in layer 1.
  For sample 1, h1 has z = −0.8, a = −0.6640.
  Into y1: w₅ = 0.9, w₆ = 1.1, b = 0.4.
  Into y2: w₇ = 1.2, w₈ = −0.7, b = −0.6.
  The δ of the outputs, for the same sample: δ₁ = 0.02272, δ₂ = −0.08696.

2a  ∂L/∂a of h1, to 4 decimals                                  ________________
      ∂L/∂a = w₅·δ₁ + w₇·δ₂ = ?
2b  f′(z) of h1, to 3 decimals                                  ________________
      f′(z) = 1 − a² = ?
2c  δ of h1, to 4 decimals                                      ________________
      δ = ∂L/∂z = ∂L/∂a·f′(z) = ?

Exercise 3, level 3
-------------------
  A network of 2-2-2 units: tanh in layer 1.
  For sample 1, h2 has z = 0.7000, a = 0.6044.
  Into y1: w₅ = −0.7, w₆ = 0.1, b = 0.5.
  Into y2: w₇ = 1.2, w₈ = −0.8, b = 0.3.
  The δ of the outputs, for the same sample: δ₁ = 0.02026, δ₂ = 0.01806.

3a  ∂L/∂a of h2, to 4 decimals                                  ________________
3b  f′(z) of h2, to 3 decimals                                  ________________
3c  δ of h2, to 5 decimals                                      ________________
"""
