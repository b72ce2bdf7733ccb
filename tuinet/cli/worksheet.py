"""``tuinet worksheet``: sheets of exercises for a class and their key; marks of what the students hand in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import click

from tuinet.exercises.sheets.marking import AnswerMark, ClassMarks, FaultyAnswersError, read_answers, template
from tuinet.exercises.sheets.pages import POINTS, RULES, key_page, sheet_page
from tuinet.exercises.sheets.worksheet import MOST_EXERCISES, MOST_SEED, MOST_STUDENTS, Assignment
from tuinet.exercises.sheets.writers import WRITERS, FormatName
from tuinet.exercises.topic import LEVELS, TOPICS
from tuinet.options import GroupedHelp, NameChoice
from tuinet.output import csv_text, write_data, write_error, write_lines, write_page
from tuinet.spelling import charset_of, within
from tuinet.terminal_text import aligned

_MAKE: Final = "make"
_SIGNS: Final = {"missing": "-"}
_CSV: Final = ("student", "question", "answer", "right", "points", "of", "kind", "words")


class WorksheetGroup(GroupedHelp, click.Group):
    """A group whose arguments are those of the sheets unless they begin with the name of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See `click.Command.parse_args`."""
        is_own = not args or args[0] in (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if is_own else [_MAKE, *args])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_usage`."""
        formatter.write_usage(ctx.command_path, "TOPIC [OPTIONS]")
        formatter.write_usage(ctx.command_path, "check [OPTIONS] ANSWERS.csv")


@click.group("worksheet", cls=WorksheetGroup, invoke_without_command=True, epilog=f"Points: {RULES}")
@click.pass_context
def worksheet_command(context: click.Context) -> None:
    """Print exercises, other numbers for each student; mark them.

    `tuinet worksheet TOPIC --help` tells of the sheets, `tuinet exercise --list` which topics there are. The same
    topic, seed and numbers give the same sheets in any year; they stand on every sheet, and check finds the key by
    them.
    """
    if context.invoked_subcommand is None:
        write_page(context.get_help())


class SheetsCommand(GroupedHelp, click.Command):
    """The command whose name nobody types."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_usage`."""
        formatter.write_usage(ctx.command_path.removesuffix(f" {_MAKE}"), "TOPIC [OPTIONS]")


@worksheet_command.command(_MAKE, cls=SheetsCommand, hidden=True, epilog=f"Points: {RULES}")
@click.argument("topic", type=NameChoice(list(TOPICS)), metavar="TOPIC")
@click.option("--students", type=click.IntRange(1, MOST_STUDENTS), default=30, help="How many sheets.")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), default=0, help="Another seed gives other numbers.")
@click.option(
    "--level",
    type=click.IntRange(LEVELS[0], LEVELS[-1]),
    default=1,
    help="Of the first exercise; each further one is a level higher.",
)
@click.option("--count", type=click.IntRange(1, MOST_EXERCISES), default=3, help="How many exercises on a sheet.")
@click.option("--format", "form", type=NameChoice(list(WRITERS)), default="text", help="Of the document.")
@click.option("--key", is_flag=True, help="Put the key behind the sheets, a page a student.")
@click.option("--no-sheets", is_flag=True, help="Leave the sheets out: the key alone.")
@click.option("--answers-template", is_flag=True, help="Write a table to enter answers into, instead.")
def make_command(
    topic: str,
    students: int,
    seed: int,
    level: int,
    count: int,
    form: FormatName,
    *,
    key: bool,
    no_sheets: bool,
    answers_template: bool,
) -> None:
    """Print a sheet of exercises for each student, and the key.

    TOPIC is one that `tuinet exercise --list` names. Every student gets other numbers; the same options give the same
    sheets in any year. text has a page of 80 columns a student, parted by form feeds; markdown, latex (article with
    amsmath) and typst are whole documents.

    Exit status: 0 done, 2 bad usage, 130 interrupted.
    """
    assignment = Assignment(topic, students, seed, level, count)
    if answers_template:
        write_data(*template(assignment))
        return
    sheets = tuple(assignment.sheets())
    pages = chain(map(sheet_page, () if no_sheets else sheets), map(key_page, sheets if key or no_sheets else ()))
    _write("".join(WRITERS[form]().document(pages)).removesuffix("\n"))


def _write(document: str) -> None:
    """Print a document, spelled in ASCII where whoever reads it can take nothing else."""
    document = within(document, charset_of(sys.stdout, os.environ))
    # On a screen a form feed is no new page.
    write_data(*(document.replace("\f", "\n").split("\n") if sys.stdout.isatty() else [document]))


@worksheet_command.command("check", cls=GroupedHelp, epilog=f"Points: {RULES}")
@click.argument("answers", type=click.Path(path_type=Path), metavar="ANSWERS.csv")
@click.option(
    "--sheets", default="", show_default=False, metavar="LINE", help="The line below the title of the sheets."
)
@click.option("--format", "form", type=NameChoice(["text", "csv"]), default="text", help="Of the marks.")
def check_command(answers: Path, sheets: str, form: str) -> None:
    """Mark answers: a table with the columns student, question and answer.

    `tuinet worksheet TOPIC --answers-template` writes an empty one: a first line such as "# tuinet worksheet forward
    --students 30 --seed 7 --level 1 --count 3" tells which sheets they are, unless --sheets does; then come the
    header student,question,answer, and a line for each answer, as in 4,2b,-0.125. An answer with a decimal comma
    stands in quotes, or semicolons part the fields. Other columns are passed over. The text has a row of points a
    student, csv what is wrong with each answer.

    Exit status: 0 done, 2 bad usage or input.
    """
    try:
        marks = ClassMarks.of(read_answers(str(answers), sheets))
    except FaultyAnswersError as error:
        for line in str(error).split("\n"):
            write_error(line)
        sys.exit(2)
    if form == "csv":
        write_data(csv_text(_CSV, _rows(marks)).rstrip("\n"))
    else:
        write_lines(_table(marks))


def _rows(marks: ClassMarks) -> Iterator[list[object]]:
    for mark in marks.marks:
        verdict = mark.verdict
        told = [mark.student, mark.question, mark.answer, mark.right, mark.points, POINTS]
        yield [*told, verdict.kind, verdict.words]


def _table(marks: ClassMarks) -> Iterator[str]:
    """A row of points for each student, those who are absent, and which mistakes are frequent."""
    yield marks.handed.assignment.command
    names = [name for name, *_ in marks.handed.sheets[0].questions()]
    yield _row("student", names, "points", "of")
    for student, own in marks.by_student().items():
        yield _row(str(student), map(_sign, own), str(sum(mark.points for mark in own)), str(POINTS * len(own)))
    if marks.absent:
        yield f"no answers: {', '.join(map(str, marks.absent))}"
    found = marks.mistakes().most_common()
    if found:
        yield f"mistakes: {', '.join(f'{kind} {count}' for kind, count in found)}"


def _row(student: str, cells: Iterable[str], points: str, most: str) -> str:
    return f"{student:>7} {''.join(aligned(cell, 4, is_left=False) for cell in cells)} {points:>7} {most:>4}"


def _sign(mark: AnswerMark) -> str:
    return _SIGNS.get(mark.verdict.kind, str(mark.points))
