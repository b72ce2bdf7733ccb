"""``tuinet predict``: what a trained network answers to new samples, row by row."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, get_args

import click
import numpy as np

from tuinet.cli.answer_forms import FORMS, Form, FormName
from tuinet.cli.opening import arrived, open_run, warned
from tuinet.cli.progress import all_or_nothing
from tuinet.cli.train import measured
from tuinet.data.archive import naming_damage
from tuinet.data.dataset import Dataset
from tuinet.data.new_samples import NewSamples, sample_of_values, samples_of_file, samples_of_stream
from tuinet.data.numerals import is_missing, parse_number
from tuinet.data.place import MAX_ROWS, MAX_VALUES, Place, listed
from tuinet.data.recipe import DecimalSign, is_path
from tuinet.experiment.presets import default_epochs
from tuinet.names import canonical, did_you_mean
from tuinet.nn.parameters import Array
from tuinet.options import GroupedHelp, naming_options
from tuinet.output import write_error
from tuinet.session.predictor import Predictor, predictor_of_run, predictor_of_state
from tuinet.session.timeline import START
from tuinet.storage import keeping, session_file

_NOTHING: Final = "nothing was predicted"
_STANDARD_INPUT: Final = "-"


# A negative number is no option.
@click.command("predict", cls=GroupedHelp, context_settings={"ignore_unknown_options": True})
@click.argument("run")
@click.argument("values", nargs=-1, type=click.UNPROCESSED, metavar="[FILE | - | VALUE...]")
@click.option("--format", "form", type=click.Choice(get_args(FormName)), help="[default: table; csv in a pipe]")
@click.option("--decimal", type=click.Choice(get_args(DecimalSign)), default="auto", help="Of numbers: point or comma.")
def predict_command(run: str, values: tuple[str, ...], form: FormName | None, decimal: DecimalSign) -> None:
    """Ask a trained network: what it answers to new samples.

    RUN is a file that the dashboard or --save wrote, whose data need not be there; or a line or JSON as the dashboard
    shares them, which is trained first.

    \b
    FILE    any file that --dataset takes, with or without the target; columns are found by
            their names, or by their order where there are none
    -       the same from standard input: each row is answered before the next one is read
    VALUE   one sample, a value for each input, or NAME=VALUE

    Where the target is there, too, the answers are measured. Notes, and in csv the measures, go to standard error.

    Exit status: 0 done, 2 bad usage or input, 130 interrupted.
    """  # noqa: D301 - the \b is click's
    _refuse_unknown_options(values)
    predictor = open_predictor(run)
    with naming_options():
        samples = _samples(values, predictor.dataset, decimal)
        answer_all(predictor, samples, form or ("table" if sys.stdout.isatty() else "csv"))


def _refuse_unknown_options(values: Sequence[str]) -> None:
    for value in values:
        is_number = value == _STANDARD_INPUT or any(
            parse_number(value, sign) is not None for sign in ("point", "comma")
        )
        if value.startswith("-") and not is_number and not is_missing(value):
            raise click.NoSuchOption(value.partition("=")[0], ctx=click.get_current_context())


def open_predictor(run: str) -> Predictor:
    """The network of a saved file, without its data where the file tells what they are; or of a line or JSON."""
    if _is_saved(run):
        path = Path(run)
        saved = session_file.read(path)
        if saved.dataset is None:
            return predictor_of_run(keeping.load(path).run)
        with naming_damage(Place(run)):
            return predictor_of_state(saved.present, saved.dataset)
    try:
        opened = arrived(warned(open_run(None, {"shared": run})), _NOTHING)
    except click.UsageError as error:
        raise click.UsageError(error.message.replace("--from:", "RUN:", 1)) from error
    session = opened.session
    if opened.shared is not None and opened.shared.trajectory.position == START:
        epochs = opened.shared.epochs or default_epochs(session.run.experiment)
        write_error(f"note: RUN names no moment, so it is trained for {epochs:,} epochs")
        with all_or_nothing(_NOTHING):
            session.advance(epochs)
    return predictor_of_run(session.run)


def _is_saved(run: str) -> bool:
    if len(run.split()) == 1 and run.lower().endswith(".npz"):
        return True
    try:
        with open(os.path.expanduser(run), "rb") as file:
            return file.read(2) == b"PK"
    except (OSError, ValueError):
        return False


def _samples(values: Sequence[str], dataset: Dataset, decimal: DecimalSign) -> Iterator[NewSamples]:
    if not values:
        names = [column.name for column in dataset.input_columns]
        raise click.UsageError(f"give a file, - for standard input, or a value for each input: {listed(names)}")
    if list(values) == [_STANDARD_INPUT]:
        if sys.stdin is None or sys.stdin.closed:
            raise click.UsageError("there is no standard input; give a file or values")
        return samples_of_stream(sys.stdin.buffer, "standard input", dataset, _note, decimal)
    named, plain = _parted(values, dataset)
    if len(plain) == 1 and not named and _is_file(plain[0]):
        return samples_of_file(plain[0], dataset, _note, decimal)
    if named and plain:
        raise click.UsageError(f"{plain[0]!r}: name every value, as in {next(iter(named))}=…, or none")
    return iter([sample_of_values(plain, named, dataset, _note, decimal)])


def _parted(values: Sequence[str], dataset: Dataset) -> tuple[dict[str, str], list[str]]:
    """Values by the names of columns, and the others."""
    names = {column.name for column in dataset.input_columns}
    named, plain = {}, []
    for value in values:
        # A name may have the sign in it, too.
        parts = [(value[:index], value[index + 1 :]) for index, letter in enumerate(value) if letter == "="]
        known = [(name, text) for part, text in parts if (name := canonical(part.strip(), names)) in names]
        if known:
            name, text = known[-1]
            named[name] = text
        elif "=" in value and not _is_file(value):
            name = value.partition("=")[0]
            known_names = listed(sorted(names))
            raise click.UsageError(f"{name!r} is no input; there is {known_names}{did_you_mean(name, names)}")
        else:
            plain.append(value)
    return named, plain


def _is_file(text: str) -> bool:
    is_number = any(parse_number(text, sign) is not None for sign in ("point", "comma"))
    return not is_number and (is_path(text) or os.path.isfile(os.path.expanduser(text)))


def _note(text: str) -> None:
    write_error(f"note: {text}")


@dataclass
class _Measured:
    """Samples of which the right answers are known, the first of them: a million, or 16 million numbers."""

    X: list[Array] = field(default_factory=list)
    y: list[Array] = field(default_factory=list)
    count: int = 0
    missed: int = 0
    """Samples with right answers that are not measured: those that cannot be, and those after the first."""

    def add(self, samples: NewSamples) -> None:
        if samples.right is None:
            return
        known = samples.answerable & ~np.isnan(samples.right.y).any(axis=1)
        room = max(min(MAX_ROWS, MAX_VALUES // samples.X.shape[1]) - self.count, 0)
        taken = np.flatnonzero(known)[:room]
        self.X.append(samples.X[taken])
        self.y.append(samples.right.y[taken])
        self.count += len(taken)
        self.missed += len(known) - len(taken)

    def end(self, predictor: Predictor, form: Form) -> None:
        if not self.count:
            return
        metrics = predictor.metrics(np.concatenate(self.X), np.concatenate(self.y))
        rest = f"; {self.missed:,} not measured" if self.missed else ""
        samples = "1 sample" if self.count == 1 else f"{self.count:,} samples"
        form.end(metrics, f"{samples}: {measured(metrics, predictor.experiment)}{rest}")


def answer_all(predictor: Predictor, samples: Iterator[NewSamples], form_name: FormName) -> None:
    """Answer samples as they come, and measure the answers at the end."""
    first = next(samples, None)
    if first is None:
        write_error("note: there is no sample, so there is no answer")
        return
    form = FORMS[form_name](predictor, has_right=first.right is not None)
    form.begin()
    known, is_finite = _Measured(), True
    for some in chain([first], samples):
        answers = predictor.answer(some.X[some.answerable])
        if is_finite and not np.isfinite(answers.outputs).all():
            is_finite = False
            _note("there are outputs that are not finite numbers, as of a run that has diverged")
        form.write(some, answers)
        known.add(some)
    known.end(predictor, form)
