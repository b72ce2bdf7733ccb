"""Reading a lesson: from a file, with the options that make its Experiments, to a Lesson.

What is wrong is named with file, line and value.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from tuinet.errors import DataError, ExperimentError, LessonError, TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.fields import parse_ranges
from tuinet.experiment.ladders import with_hidden
from tuinet.experiment.presets import make_experiment
from tuinet.files import LESSON, UnreadableError, read_text
from tuinet.lessons.conditions import PlacedError, TomlTable
from tuinet.lessons.lesson import PANELS, Changes, Claim, Heading, Lesson, LessonStep, Prediction, Speed
from tuinet.options import as_data_error, as_usage_error, experiment_options
from tuinet.session.session import Session

_STARTS_ANEW: Final = ("dataset", "target", "weights")


def experiment_of(options: str) -> Experiment:
    """The Experiment that options describe; its data is made, so that everything that can be wrong is found.

    What a lesson says must be so on every machine: it is in portable arithmetic, whatever its size, unless it names
    another.

    Raises
    ------
    ValueError
        If they describe none.
    """
    try:
        experiment = make_experiment(**{"arithmetic": "portable", **_given(options)})
        Session(experiment, records=False)
    except TuinetError as error:
        raise ValueError(_as_option(error)) from error
    return experiment


def changes_of(options: str, experiment: Experiment) -> tuple[Changes, Experiment]:
    """The fields that options change, and the Experiment after that.

    Raises
    ------
    ValueError
        If it cannot be changed like that.
    """
    given = _given(options)
    for field in _STARTS_ANEW:
        if field in given:
            raise ValueError(f"--{field} needs a new experiment, not a change")
    if "hidden" in given and "activation" not in given:
        given |= with_hidden(experiment, given["hidden"])
    try:
        after = replace(experiment, **given)
    except TuinetError as error:
        raise ValueError(_as_option(error)) from error
    return tuple(given.items()), after


@cache
def _parser() -> click.Command:
    return experiment_options(click.Command("options"))


def _given(options: str) -> dict[str, Any]:
    try:
        with _parser().make_context("options", shlex.split(options)) as context:
            return {field: value for field, value in context.params.items() if value is not None}
    except click.exceptions.Exit as error:
        raise ValueError(f"{options!r} are not the options of an experiment") from error
    except click.ClickException as error:
        raise ValueError(error.format_message()) from error


def _as_option(error: TuinetError) -> str:
    """Restate an error so that it names the option in place of the field."""
    if isinstance(error, ExperimentError):
        return as_usage_error(error).format_message()
    return as_data_error(error).format_message() if isinstance(error, DataError) else str(error)


_FRONT: Final = "+++"
_FENCE: Final = "```"
_BLOCK: Final = "```tuinet"
_FRONT_KEYS: Final = ("title", "summary", "minutes")
_STEP_KEYS: Final = (
    *("experiment", "change", "run", "speed", "pause_at", "show", "hints"),
    *("do", "wait", "wait_for", "keys", "predict", "claims"),
)
_PREDICT_KEYS: Final = ("question", "choices", "answer", "because", "show", "metrics")
_CLAIM_KEYS: Final = (
    *("says", "holds", "experiment", "epoch", "until", "always", "change", "then", "phase", "seeds", "times"),
    "interval",
)
_PHASE: Final = re.compile(r"(forward|backward) [1-9]\d?|batch|loss|regularize|clip|update")
_MOST_SEEDS: Final = 1_000_000
_KEY: Final = re.compile(r"[A-Za-z0-9]|[a-z_]+|(ctrl|shift)\+[a-z_]+")
_NUMBER: Final = re.compile(r"^\d+[-_]")


def name_of(path: Path) -> str:
    """The name of the lesson in a file: that of the file, without its number and its ending."""
    return _NUMBER.sub("", path.stem)


def read_heading(path: Path) -> Heading:
    """Only the front matter of a lesson, which is soon read.

    Raises
    ------
    LessonError
        If the file cannot be read, or has none.
    """
    try:
        return _heading(_lines(path), path)[0]
    except PlacedError as error:
        raise LessonError(f"{path}:{error.line}: {error}") from error


def read_lesson(path: Path) -> Lesson:
    """A lesson.

    Raises
    ------
    LessonError
        If the file cannot be read or used.
    """
    try:
        lines = _lines(path)
        heading, end = _heading(lines, path)
        steps = _steps(lines, end)
    except PlacedError as error:
        raise LessonError(f"{path}:{error.line}: {error}") from error
    return Lesson(**vars(heading), steps=steps)


def _lines(path: Path) -> list[str]:
    try:
        return read_text(path, LESSON).splitlines()
    except UnreadableError as error:
        raise LessonError(f"{path}: {error}") from error


def _heading(lines: Sequence[str], path: Path) -> tuple[Heading, int]:
    """The front matter, and the index of the line behind it."""
    if not lines or lines[0].strip() != _FRONT:
        raise PlacedError(1, f"a lesson begins with a line {_FRONT}, and then title, summary and minutes")
    end = next((index for index, line in enumerate(lines[1:], start=1) if line.strip() == _FRONT), None)
    if end is None:
        raise PlacedError(1, f"the front matter has no end: a second line {_FRONT}")
    table = TomlTable.parse(lines[1:end], 2)
    table.require_known(_FRONT_KEYS)
    table.require(*_FRONT_KEYS)
    minutes = table.whole("minutes", least=1)
    assert minutes is not None
    return Heading(name_of(path), table.text("title"), table.text("summary"), minutes, path), end + 1


def _steps(lines: Sequence[str], start: int) -> tuple[LessonStep, ...]:
    places = [start + index for index, line in enumerate(_unfenced(lines[start:])) if line.startswith("## ")]
    if not places:
        raise PlacedError(start, "there is no step: each begins with a line such as ## A single line")
    for index, line in enumerate(lines[start : places[0]], start=start):
        if line.strip():
            raise PlacedError(index + 1, f"{line.strip()!r} stands before the first step, a line that begins with ##")
    steps: list[LessonStep] = []
    for first, last in zip(places, [*places[1:], len(lines)], strict=True):
        steps.append(_step(lines[first:last], first + 1, steps[-1].present if steps else None))
    return tuple(steps)


def _unfenced(lines: Sequence[str]) -> Iterator[str]:
    """The lines, those of fenced blocks left empty."""
    is_fenced = False
    for line in lines:
        is_fence = line.startswith(_FENCE)
        yield "" if is_fenced or is_fence else line
        is_fenced ^= is_fence


def _step(lines: Sequence[str], line: int, before: Experiment | None) -> LessonStep:
    """A step, after one that leaves an Experiment; ``None`` for the first step."""
    title = lines[0][3:].strip()
    table, text = _block(lines, line)
    table.require_known(_STEP_KEYS)
    _check_text(lines, line)
    begun = table.use("experiment", experiment_of, None)
    start = begun or before
    if start is None:
        raise PlacedError(line, "the first step needs an experiment: options such as --dataset xor")
    changes, present = _changes(table, start)
    step = LessonStep(
        title,
        text,
        experiment=begun,
        changes=changes,
        present=present,
        run=table.flag("run"),
        hints=bool(table.flag("hints")),
        speed=_speed(table),
        pause_at=table.whole("pause_at", least=1),
        show=_panels(table),
        do=table.text("do"),
        wait=table.condition("wait"),
        wait_for=table.text("wait_for"),
        keys=_keys(table),
        prediction=_prediction(table.part("predict")),
        line=line,
    )
    if step.wait is not None and step.wait.needs_step:
        raise table.fault("wait", f"{step.wait.source!r} is about a step's arithmetic, which only claims can look at")
    if not title:
        raise PlacedError(line, "the step has no title")
    return replace(step, claims=tuple(_claim(part, step) for part in table.parts("claims")))


def _block(lines: Sequence[str], line: int) -> tuple[TomlTable, str]:
    """The block below the heading, empty where there is none, and the text."""
    first = next((index for index, text in enumerate(lines[1:], start=1) if text.strip()), None)
    if first is None or lines[first].strip() != _BLOCK:
        return TomlTable({}, (), line), "\n".join(lines[1:]).strip("\n")
    end = next((index for index in range(first + 1, len(lines)) if lines[index].strip() == _FENCE), None)
    if end is None:
        raise PlacedError(line + first, f"the block has no end: a line {_FENCE}")
    return TomlTable.parse(lines[first + 1 : end], line + first + 1), "\n".join(lines[end + 1 :]).strip("\n")


def _check_text(lines: Sequence[str], line: int) -> None:
    blocks = [index for index, text in enumerate(lines) if text.strip() == _BLOCK]
    before = [text for text in lines[1 : blocks[0]] if text.strip()] if blocks else []
    if len(blocks) > 1 or before:
        raise PlacedError(line + blocks[-1], "a step has one tuinet block, directly below its heading")
    if sum(text.startswith(_FENCE) for text in lines) % 2:
        raise PlacedError(line, f"a block of the step has no end: a line {_FENCE}")


def _changes(table: TomlTable, experiment: Experiment) -> tuple[Changes, Experiment]:
    return table.use("change", lambda options: changes_of(options, experiment), ((), experiment))


def _speed(table: TomlTable) -> Speed:
    value = table.values.get("speed", "as before")
    if value == "max":
        return None
    if "speed" in table.values and (
        isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.01 <= value <= 1e9
    ):
        raise table.fault("speed", f'{value!r} is neither a number of epochs per second nor "max"')
    speed: Speed = "as before" if value == "as before" else float(value)
    return speed


def _panels(table: TomlTable) -> tuple[str, ...]:
    names = table.texts("show")
    for name in names:
        if name not in PANELS:
            raise table.fault("show", f"there is no panel {name!r}; there are {', '.join(PANELS)}")
    return names


def _keys(table: TomlTable) -> tuple[str, ...]:
    keys = table.texts("keys")
    for key in keys:
        if not _KEY.fullmatch(key):
            raise table.fault("keys", f"{key!r} is not the name of a key, such as space, m, R, escape or ctrl+s")
    if "do" in table.values and "keys" not in table.values:
        raise table.fault("do", "the step needs keys, too: what a scripted learner presses")
    if "wait_for" in table.values and "wait" not in table.values:
        raise table.fault("wait_for", "the step needs wait, too: the condition")
    return keys


def _prediction(table: TomlTable | None) -> Prediction | None:
    if table is None:
        return None
    table.require_known(_PREDICT_KEYS)
    table.require("question", "choices", "because")
    choices, answer = table.texts("choices"), table.whole("answer", least=1)
    if not 2 <= len(choices) <= 5:
        raise table.fault("choices", f"{len(choices)} choices; give 2 to 5")
    if answer is not None and answer > len(choices):
        raise table.fault("answer", f"{answer} is more than the {len(choices)} choices")
    return Prediction(
        table.text("question"),
        choices,
        answer,
        table.text("because"),
        show=_panels(table),
        metrics=table.flag("metrics") is not False,
    )


def _claim(table: TomlTable, step: LessonStep) -> Claim:
    table.require_known(_CLAIM_KEYS)
    table.require("says", "holds")
    if _plain(table.text("says")) not in _plain(_words(step)):
        raise table.fault("says", f"{table.text('says')!r} does not stand in the text of the step")
    holds = table.condition("holds")
    assert holds is not None
    experiment = table.use("experiment", experiment_of, step.present)
    changes, _ = _changes(table, experiment)
    claim = Claim(
        table.text("says"),
        holds,
        experiment,
        epoch=table.whole("epoch"),
        until=table.condition("until"),
        always=table.condition("always"),
        changes=changes,
        then=table.whole("then"),
        phase=table.use("phase", _phase, ""),
        seeds=table.use("seeds", _seeds, ()),
        times=table.whole("times"),
        interval=_interval(table),
        line=table.first,
    )
    _check_claim(table, claim)
    return claim


def _check_claim(table: TomlTable, claim: Claim) -> None:
    if claim.times is not None and not claim.seeds:
        raise table.fault("times", "needs seeds, too: a range such as 1-20")
    if claim.interval is not None and claim.times is None:
        raise table.fault("interval", "needs times, too: with how many of the seeds it holds")
    if claim.then is not None and claim.then < (claim.epoch or 0):
        raise table.fault("then", f"{claim.then} is before epoch {claim.epoch}")
    for key, condition in (("holds", claim.holds), ("until", claim.until), ("always", claim.always)):
        if condition is not None and condition.needs_screen:
            raise table.fault(
                key, f"{condition.source!r} is about the screen, and there is none where claims are checked"
            )


def _interval(table: TomlTable) -> tuple[float, float] | None:
    """Two numbers of percent: whole ones, or with a digit after the point."""
    value = table.values.get("interval")
    if value is None:
        return None
    match value:
        case [int() | float() as low, int() | float() as high] if 0 <= low <= high <= 100:
            return low, high
    raise table.fault("interval", f"{value!r} is not two numbers of percent, such as [60, 74] or [60.3, 73.9]")


def _words(step: LessonStep) -> str:
    """Everything that a step says."""
    asked = step.prediction
    more = (asked.question, *asked.choices, asked.because) if asked else ()
    return " ".join((step.title, step.text, step.do, *more))


def _plain(text: str) -> str:
    """The words alone: without what Markdown has around them, in one line."""
    return " ".join(re.sub(r"[*`>]", "", text).split())


def _phase(text: str) -> str:
    if not _PHASE.fullmatch(text):
        raise ValueError(f"{text!r} is not a phase such as forward 1, loss, backward 2 or update")
    return text


def _seeds(text: str) -> tuple[int, ...]:
    return parse_ranges(text, _MOST_SEEDS)
