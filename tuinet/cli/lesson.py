"""``tuinet lesson``: lists the lessons, plays one, or checks one that you are writing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuinet.cli.config import Configured
from tuinet.cli.themes import theme_names
from tuinet.errors import LessonError
from tuinet.options import GroupedHelp, ThemeType
from tuinet.output import write_error, write_line, write_lines
from tuinet.terminal_text import shown_line, shown_name

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Lesson
    from tuinet.lessons.reader import Heading

CONTEXT = {"help_option_names": ["-h", "--help"], "show_default": True, "max_content_width": 100}


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


@click.group("lesson", cls=LessonGroup, invoke_without_command=True, context_settings=CONTEXT)
@click.option("--theme", type=ThemeType(theme_names), help="Name of a theme, or a theme file [default: dark].")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--fps", type=click.IntRange(1, 60), default=20, help="Frames per second at most.")
@click.pass_context
def lesson_command(context: click.Context, theme: str | None, ascii_only: bool, fps: int) -> None:
    """Learn from text beside a live network.

    Without a name this shows the lessons there are. NUMBER and NAME are those of this list; FILE is a lesson of your
    own, in Markdown (the README says how to write one).
    """
    context.obj = {"theme": theme, "ascii_only": ascii_only, "frames_per_second": fps}
    if context.invoked_subcommand:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        chosen = _choose()
        if chosen is not None:
            _play(context, chosen)
    else:
        _list()


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

    Exit status: 0 everything is right, 2 something is wrong.
    """
    faults = sum(_faults_in(file) for file in files)
    sys.exit(2 if faults else 0)


def _faults_in(file: Path) -> int:
    from tuinet.lessons.claims import wrong_claims  # noqa: PLC0415 - as above
    from tuinet.lessons.reader import read_lesson  # noqa: PLC0415

    try:
        lesson = read_lesson(file)
    except LessonError as error:
        write_error(str(error))
        return 1
    claims = wrong_claims(lesson)
    with click.progressbar(claims, len(lesson.claims), label="training", file=sys.stderr, hidden=_is_quiet()) as bar:
        wrong = sorted(((claim, fault) for claim, fault in bar if fault), key=lambda one: one[0].line)
    for claim, fault in wrong:
        write_error(f"{file}:{claim.line}: {claim.says!r}: {fault}")
    if not wrong:
        said = ", ".join((_counted(len(lesson.steps), "step"), _counted(len(lesson.claims), "claim")))
        write_line(f"{file}: {lesson.title}: {said}: all right")
    return len(wrong)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _is_quiet() -> bool:
    return not sys.stderr.isatty()


def _list() -> None:
    """A line for each lesson."""
    write_lines(lesson_table(_headings()))


def lesson_table(headings: list[Heading]) -> list[str]:
    """Number, title, minutes and summary of each."""
    titles = [shown_name(heading.title) for heading in headings]
    width = max(map(len, titles), default=0)
    return [
        f"{number:>2}  {title:<{width}}  {heading.minutes:>2} min  {shown_line(heading.summary)}"
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
        write_line(line[: os.get_terminal_size(sys.stdout.fileno()).columns or 80])
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
    from tuinet.tui.configured_keys import make_keymap  # noqa: PLC0415
    from tuinet.tui.launch import launch  # noqa: PLC0415

    keymap = make_keymap((context.find_object(Configured) or Configured()).configuration)
    launch(Session(experiment), speed=None, running=False, epochs=None, lesson=lesson, keymap=keymap, **context.obj)
