"""``tuinet lesson``: lists the lessons, plays one, or checks one that you are writing."""

from __future__ import annotations

import os
import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.themes import look_options
from tuinet.errors import LessonError
from tuinet.options import GroupedHelp
from tuinet.output import write_error, write_line, write_lines
from tuinet.terminal_text import aligned, cells_of, counted, shortened, shown_line, shown_name

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Claim, Heading, Lesson


class LessonGroup(GroupedHelp, click.Group):
    """A group whose first argument may be the name of a lesson, too."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See `click.Group.resolve_command`."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["play", *args])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Command.format_usage`."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] [NUMBER | NAME | FILE]")
        formatter.write_usage(ctx.command_path, "check FILE...")


@click.group("lesson", cls=LessonGroup, invoke_without_command=True)
@look_options
@click.pass_context
def lesson_command(context: click.Context, /, *, fps: int, **look: Any) -> None:
    """Learn from text beside a live network.

    Without a name this shows the lessons there are. NUMBER and NAME are those of this list, and a part of a name will
    do; FILE is a lesson of your own, in Markdown (`tuinet manual lessons` says how to write one).
    """
    context.obj = {**look, "frames_per_second": fps}
    if context.invoked_subcommand:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        chosen = _choose()
        if chosen is not None:
            _play(context, chosen)
    else:
        write_lines(lesson_table(_headings()))


@lesson_command.command("play", cls=GroupedHelp, hidden=True)
@click.argument("lesson")
@click.pass_context
def play_command(context: click.Context, lesson: str) -> None:
    """Play a lesson."""
    from tuinet.lessons.claims import find_lesson  # noqa: PLC0415 - NumPy is not needed to say what commands there are

    _play(context, find_lesson(lesson))


@lesson_command.command("check", cls=GroupedHelp)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_lesson_command(files: tuple[Path, ...]) -> None:
    """Read lessons, and train what they claim: one line for each fault.

    Each run is trained twice, the second time with initial weights that differ by a billionth: what is not true there,
    too, hangs on last digits.

    Exit status: 0 everything is right, 2 something is wrong.
    """
    faults = sum(_faults_in(file) for file in files)
    sys.exit(2 if faults else 0)


def _faults_in(file: Path) -> int:
    from tuinet.lessons.claims import check_claims, check_stability  # noqa: PLC0415 - as above
    from tuinet.lessons.reader import read_lesson  # noqa: PLC0415

    try:
        lesson = read_lesson(file)
    except LessonError as error:
        write_error(str(error))
        return 1
    claims, is_quiet = chain(check_claims(lesson.claims), check_stability(lesson.claims)), not sys.stderr.isatty()
    with click.progressbar(claims, 2 * len(lesson.claims), label="training", file=sys.stderr, hidden=is_quiet) as bar:
        faults: dict[int, tuple[Claim, str]] = {}
        for claim, fault in bar:
            if fault:
                faults.setdefault(claim.line, (claim, fault))
    wrong = [faults[line] for line in sorted(faults)]
    for claim, fault in wrong:
        write_error(f"{file}:{claim.line}: {claim.says!r}: {fault}")
    if not wrong:
        said = ", ".join((counted(len(lesson.steps), "step"), counted(len(lesson.claims), "claim")))
        write_line(f"{file}: {lesson.title}: {said}: all right")
    return len(wrong)


def lesson_table(headings: list[Heading]) -> list[str]:
    """Number, title, minutes and summary of each."""
    titles = [shown_name(heading.title) for heading in headings]
    width = max(map(cells_of, titles), default=0)
    return [
        f"{number:>2}  {aligned(title, width, is_left=True)}  {heading.minutes:>2} min  {shown_line(heading.summary)}"
        for number, (title, heading) in enumerate(zip(titles, headings, strict=True), start=1)
    ]


def _headings() -> list[Heading]:
    from tuinet.lessons.claims import headings  # noqa: PLC0415 - as above

    found, faults = headings()
    for fault in faults:
        write_error(str(fault))
    return found


def _choose() -> Lesson | None:
    """Ask which lesson; nothing, or the end of input, is none."""
    from tuinet.lessons.claims import find_lesson, user_folder  # noqa: PLC0415 - as above

    found = _headings()
    for line in lesson_table(found):
        write_line(shortened(line, os.get_terminal_size(sys.stdout.fileno()).columns or 80))
    write_lines(["", f"Your own: {user_folder() / '*.md'}"])
    while True:
        wanted = click.prompt("Which lesson (number or name, enter for none)", default="", show_default=False)
        if not wanted.strip():
            return None
        try:
            return find_lesson(wanted.strip())
        except LessonError as error:
            write_line(str(error))


def _play(context: click.Context, lesson: Lesson) -> None:
    from tuinet.cli.opening import require_terminal  # noqa: PLC0415 - as above
    from tuinet.session.session import Session  # noqa: PLC0415

    require_terminal()
    experiment = lesson.steps[0].experiment
    assert experiment is not None
    # Textual takes a third of a second to import: only who looks pays for it.
    from tuinet.tui.launch import launch  # noqa: PLC0415

    keymap = keymap_of(context)
    launch(Session(experiment), speed=None, running=False, epochs=None, lesson=lesson, keymap=keymap, **context.obj)
