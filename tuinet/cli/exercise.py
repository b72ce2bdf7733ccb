"""``tuinet exercise``: questions, an input line, and what is wrong with an answer, in a plain terminal or a pipe."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Final

import click

from tuinet.cli.explain import write_text
from tuinet.exercises.blank import Blank
from tuinet.exercises.practice import Practice, Tally
from tuinet.exercises.topic import LEVELS, TOPICS, exercise
from tuinet.exercises.worksheet import MOST_SEED
from tuinet.explain.explanation import AnyLine, rows_of
from tuinet.options import GroupedHelp, NameChoice
from tuinet.output import write_line, write_lines, write_prompt

_WIDTH: Final = 80
_LONGEST_LINE: Final = 1000
_ASKS_FOR_HELP: Final = ("", "?", "help", "hint")
_FORMULAS_UP_TO: Final = 2
"""The level up to which formulas stand in the questions."""


@click.command("exercise", cls=GroupedHelp)
@click.argument("topic", required=False, type=NameChoice(list(TOPICS)), metavar="[TOPIC]")
@click.option("--level", type=click.IntRange(LEVELS[0], LEVELS[-1]), default=1, help="Of the first exercise, 1 to 5.")
@click.option("--count", type=click.IntRange(1, 1000), default=5, help="How many exercises.")
@click.option("--seed", type=click.IntRange(0, MOST_SEED), help="The same seed asks the same numbers [default: any].")
@click.option("--list", "lists", is_flag=True, help="List the topics.")
def exercise_command(topic: str | None, level: int, count: int, seed: int | None, *, lists: bool) -> None:
    """Work out single numbers of a training step, and learn what is wrong.

    Without TOPIC they come in turn. The program says right, or wrong by how much and by which mistake; then come a
    hint, the numbers, and the equation in full. An empty line asks for a hint. Answers are numbers such as 0.125,
    -0,125 or 1/8, or calculations such as 0.5*(1-0.5). The level grows with every exercise that needs no help.

    Exit status: 0 done, or at the end of input; 2 bad usage; 130 interrupted.
    """
    if lists:
        write_text("\n".join(f"{name:<14}{entry.title}: {entry.said}" for name, entry in TOPICS.items()))
        return
    seed = secrets.randbelow(10**6) if seed is None else seed
    topics = islice(cycle([topic] if topic else list(TOPICS)), count)
    tally = Tally()
    for number, name in enumerate(topics, start=1):
        practice = Practice(exercise(name, level, seed, number), tally)
        write_text(f"Exercise {number} of {count} · {practice.exercise.title}\n")
        if not _ask_all(practice):
            break
        level = min(level + practice.is_flawless, LEVELS[-1])
    write_text("")
    write_lines([*tally.sentences(), f"The same numbers again: --seed {seed}"])


def _ask_all(practice: Practice) -> bool:
    """Ask for every blank; whether there was an answer to each before the end of input."""
    _show(practice.exercise.given)
    while (blank := practice.blank) is not None:
        write_text(f"\n{_question(practice, blank)}")
        if not _ask(practice, blank):
            return False
    write_text("")
    return True


def _question(practice: Practice, blank: Blank) -> str:
    is_formula_told = practice.exercise.level <= _FORMULAS_UP_TO and blank.line.symbols
    return f"{blank.prompt}: {blank.formula}" if is_formula_told else blank.prompt


def _ask(practice: Practice, blank: Blank) -> bool:
    """Ask for one blank until it is filled in; whether input came so far."""
    while practice.blank is blank:
        text = _read_line(f"{blank.name}> ")
        if text is None:
            return False
        if text.strip().lower() in _ASKS_FOR_HELP:
            _show(practice.help())
            continue
        verdict, lines = practice.answer(text)
        write_text(verdict.words)
        _show(lines)
    return True


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
    write_text("\n".join(_texts(lines)))


def _texts(lines: Iterable[AnyLine]) -> Iterator[str]:
    for row in rows_of(lines, _WIDTH):
        yield "".join(span.text for span in row).rstrip()
