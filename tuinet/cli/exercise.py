"""``tuinet exercise``: a screen that asks; in a pipe or a plain terminal questions, an input line and what is wrong."""

from __future__ import annotations

import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from tuinet.cli.config import keymap_of
from tuinet.cli.themes import look_options
from tuinet.exercises.exercise import Blank
from tuinet.exercises.series import ExerciseSeries, series
from tuinet.exercises.sheets.pages import FORMULAS_UP_TO
from tuinet.exercises.sheets.worksheet import MOST_SEED
from tuinet.exercises.topic import LEVELS, TOPICS
from tuinet.exercises.working import Working
from tuinet.explain.explanation import AnyLine, Line, Remark, rows_of
from tuinet.options import GroupedHelp, NameChoice
from tuinet.output import write_line, write_lines, write_page, write_prompt
from tuinet.tui.terminal.detect import can_draw

if TYPE_CHECKING:
    from tuinet.explain.explanation import Row

_WIDTH: Final = 80
_LONGEST_LINE: Final = 1000
_COUNT: Final = 5
"""Exercises in a plain terminal."""


@click.command("exercise", cls=GroupedHelp)
@click.argument("topic", required=False, type=NameChoice(list(TOPICS)), metavar="[TOPIC]")
@click.option(
    "--level",
    type=click.IntRange(LEVELS[0], LEVELS[-1]),
    help="All of one level, 1 to 5 [default: from 1 on, by what is found].",
)
@click.option("--count", type=click.IntRange(1, 1000), help="How many exercises [default: 5 in plain, else any].")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), help="The same seed asks the same numbers [default: any].")
@click.option("--plain", is_flag=True, help="Ask line by line, without a screen.")
@click.option("--list", "lists", is_flag=True, help="List the topics.")
@look_options
@click.pass_context
def exercise_command(
    context: click.Context,
    /,
    topic: str | None,
    level: int | None,
    count: int | None,
    seed: int | None,
    *,
    plain: bool,
    lists: bool,
    fps: int,
    **look: Any,
) -> None:
    """Work out numbers of a training step, and learn what is wrong.

    Without TOPIC they come in turn. The program says right, or wrong by how much and by which mistake; then come a
    hint with the numbers, and the equation in full. An empty answer asks for help. Answers are numbers such as 0.125,
    -0,125 or 1/8, or calculations such as 0.5*(1-0.5). What is found at once makes the next ones harder.

    Exit status: 0 done, or at the end of input; 2 bad usage; 130 interrupted.
    """
    if lists:
        write_page("\n".join(f"{name:<14}{entry.title}: {entry.said}" for name, entry in TOPICS.items()))
        return
    asked = series(topic, level, secrets.randbelow(10**6) if seed is None else seed)
    is_screen = sys.stdin.isatty() and sys.stdout.isatty() and can_draw(os.environ)
    if plain or count or not is_screen:
        _ask_in_turn(asked, count or _COUNT)
        return
    # Textual takes a third of a second to import: only who looks pays for it.
    from tuinet.tui.launch import launch_exercises  # noqa: PLC0415

    left = launch_exercises(asked, frames_per_second=fps, keymap=keymap_of(context), **look)
    write_lines([f"{left.words}.", _again(left)])


def _again(asked: ExerciseSeries) -> str:
    return f"The same numbers again: --seed {asked.seed}"


def _ask_in_turn(asked: ExerciseSeries, count: int) -> None:
    """Ask exercises line by line, until there are enough of them or the input ends."""
    mistakes: Counter[str] = Counter()
    for number in range(1, count + 1):
        working = asked.working()
        write_page(f"Exercise {number} of {count} · {working.exercise.title}\n")
        _show(working.exercise.given)
        working, is_end = _work(working)
        mistakes.update(working.mistakes)
        asked = asked.after(working)
        if is_end:
            # The last one was not asked to its end.
            asked = replace(asked, index=asked.index - (not working.is_done))
            break
        write_line("")
    write_lines(["", f"{asked.words}."])
    if mistakes:
        write_line(f"Mistakes: {', '.join(f'{kind} {count}' for kind, count in mistakes.most_common())}.")
    write_line(_again(asked))


def _work(working: Working) -> tuple[Working, bool]:
    """Ask for every blank; whether the input has come to its end."""
    asked: Blank | None = None
    while (blank := working.blank) is not None:
        if blank is not asked:
            write_page(f"\n{_question(working, blank)}")
            asked = blank
        text = _read_line(f"{blank.name}> ")
        if text is None:
            return working, True
        after = working.answered(text)
        _show(_said(working, after, blank))
        working = after
    return working, False


def _question(working: Working, blank: Blank) -> str:
    is_formula_told = working.exercise.level <= FORMULAS_UP_TO and blank.line.symbols and not blank.shape
    return f"{blank.prompt}: {blank.formula}" if is_formula_told else blank.prompt


def _said(before: Working, after: Working, blank: Blank) -> Iterator[AnyLine]:
    """What there is to say of an answer, and the line as far as it is told now."""
    yield from (Remark(text) for text in (after.words, after.hint) if text)
    if after.tone == "right":
        yield blank.line
    elif after.filled == before.filled and after.attempts > before.attempts:
        lines = (line for line in after.lines if isinstance(line, Line) and line.left == blank.line.left)
        yield next((line for line in lines if line.result == "?"), blank.hidden())


def _read_line(prompt: str) -> str | None:
    """A line of standard input; ``None`` at its end."""
    if sys.stdin is None or sys.stdin.closed:
        raise click.UsageError("there is no standard input to read answers from")
    write_prompt(prompt)
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not sys.stdin.isatty() or not line:
        # No key has made a new line on the screen.
        write_line("")
    return line.decode("utf-8", "replace").rstrip("\r\n") if line else None


def _show(lines: Iterable[AnyLine]) -> None:
    rows = rows_of(lines, _WIDTH)
    if rows:
        write_page("\n".join(map(_text, rows)))


def _text(row: Row) -> str:
    return "".join(span.text for span in row).rstrip()
