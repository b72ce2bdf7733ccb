"""``tuinet rates``: the learning rates at which the loss of a run falls, and the best of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import click

from tuinet.cli.opening import make_session
from tuinet.cli.progress import INTERRUPTED, long_work
from tuinet.cli.train import POSITIVE
from tuinet.experiment.fields import describe_training, described
from tuinet.experiment.presets import default_epochs
from tuinet.observe.rates import RateCurve, RateSearch, loss_text, sentences
from tuinet.options import Count, GroupedHelp, experiment_options
from tuinet.output import json_line, write_data, write_error, write_lines
from tuinet.session.edits import Configure
from tuinet.session.rates import HIGHEST, LOWEST, decades, find_rates, log_spaced, rates_per_decade, usual_rates
from tuinet.session.session import Session
from tuinet.session.timeline import START, Edit, Position, Trajectory
from tuinet.session.watching import StoppedError
from tuinet.share.line import joined, words_of
from tuinet.share.options import shared_option, trajectory_options
from tuinet.share.shared import ShareError, share

_NOTHING: Final = "no rate was tried"
_NONE_FALLS: Final = 1
_MOST: Final = 1000
_SANE: Final = (1e-300, 1e300)
"""The ends of a search; a tenth and ten times of each are still numbers with all their digits."""


@click.command("rates", cls=GroupedHelp)
@click.option("--epochs", type=Count(1), help="Train with each rate for so long [default: the dataset's own].")
@click.option("--lowest", type=POSITIVE, help="The smallest rate [default: 0.0001, or a tenth of the present one].")
@click.option("--highest", type=POSITIVE, help="The largest rate [default: 100, or ten times the present one].")
@click.option(
    "--count",
    type=click.IntRange(2, _MOST),
    help="How many [default: 10 to a power of ten, or 2].",
)
@click.option("--load", type=click.Path(path_type=Path), help="Go on from a file that `tuinet train --save` wrote.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON Lines to standard output.")
@shared_option
@trajectory_options
@experiment_options
def rates_command(
    epochs: int | None,
    lowest: float | None,
    highest: float | None,
    count: int | None,
    load: Path | None,
    as_json: bool,
    **fields: Any,
) -> None:
    """Find the learning rates at which the loss falls: train a run on with one rate after the other.

    Each begins with the weights, the optimizer's memory, the batches and the dropout masks that the run has where it
    stands; only the rate differs. The loss falls at a rate where it is no higher at the end than at the start and has
    not diverged; the largest such rate is that before the first, from small ones up, at which it does not fall. With a
    schedule each rate is multiplied as the run's own is.

    Exit status: 0 done, 1 the loss falls at no rate, 2 bad usage or input, 130 interrupted (what is known is written).
    """
    session = make_session(load, fields, _NOTHING)
    experiment = session.run.experiment
    rates = _rates(session, lowest, highest, count)
    search, is_interrupted = _searched(session, rates, epochs or default_epochs(experiment))
    if not search.curves:
        write_error(_NOTHING)
        sys.exit(INTERRUPTED)
    line = _line(session, search)
    if as_json:
        write_data(*json_lines(search, line))
    else:
        write_lines(table(session, search))
        if line:
            # To be copied: no word of it is left out, however long it is.
            write_data(line)
    sys.exit(INTERRUPTED if is_interrupted else 0 if search.curves[-1].best is not None else _NONE_FALLS)


def _rates(session: Session, lowest: float | None, highest: float | None, count: int | None) -> tuple[float, ...]:
    """The rates that options ask for; without any, the usual ones."""
    if lowest is highest is count is None:
        return usual_rates(session.run.experiment, session.run.datasets)
    for name, end in {"--lowest": lowest, "--highest": highest}.items():
        if end is not None and not _SANE[0] <= end <= _SANE[1]:
            raise click.UsageError(f"{name}: {_exact(end)} is not from {_SANE[0]:g} to {_SANE[1]:g}")
    low = min(LOWEST, (highest or HIGHEST) / 10) if lowest is None else lowest
    high = max(HIGHEST, 10 * low) if highest is None else highest
    if not low < high:
        raise click.UsageError(f"--lowest: {_exact(low)} is not below the highest rate, {_exact(high)}")
    if count is None:
        per_decade = rates_per_decade(session.run.experiment, session.run.datasets)
        count = min(_MOST, max(2, round(per_decade * decades(low, high)) + 1))
    rates = log_spaced(low, high, count)
    if any(next_one <= one for one, next_one in pairwise(rates)):
        raise click.UsageError(f"--count: there are no {count} different rates from {_exact(low)} to {_exact(high)}")
    return rates


def _exact(rate: float) -> str:
    """A rate as it is typed."""
    return repr(rate).removesuffix(".0")


def _searched(session: Session, rates: tuple[float, ...], epochs: int) -> tuple[RateSearch, bool]:
    """All that is known at the end, or at Ctrl+C; and whether that came."""
    search = RateSearch(session.run.experiment, session.run.epoch, epochs, len(rates))
    try:
        with long_work():
            for found in find_rates(session.run.checkpoint(), session.run.datasets, rates, epochs):
                search = found or search
    except StoppedError:
        return search, True
    return search, False


def table(session: Session, search: RateSearch) -> Iterator[str]:
    """What was searched, a row for each rate, and what they say."""
    curve = search.curves[-1]
    yield from described(session.run.dataset)
    yield describe_training(session.run.experiment, session.run.dataset)
    yield _began(search, curve)
    heading = f"loss at {search.epoch + curve.epochs:,}"
    names = [curve.text(rate) for rate in curve.rates]
    width = max(10, *map(len, names))
    yield f"{'rate':>{width}} {f'loss at {search.epoch:,}':>16} {heading:>16}  verdict"
    for place, (name, loss) in enumerate(zip(names, curve.losses, strict=True)):
        mark = f"  {_mark(search, curve, place)}".rstrip()
        numbers = f"{name:>{width}} {loss_text(curve.start):>16} {loss_text(loss):>16}"
        yield f"{numbers}  {curve.verdict(place):<8}{mark}".rstrip()
    yield from sentences(search, curve)


def _began(search: RateSearch, curve: RateCurve) -> str:
    """Where the search begins, and how far it has got where it has not come to its end."""
    rates, epochs = f"{search.total}", f"{search.epochs:,}"
    if not search.is_done:
        rates, epochs = f"{search.known} of {rates}", f"{curve.epochs:,} of {epochs}"
    return f"from epoch {search.epoch:,}: {rates} rates, {epochs} epochs each"


def _mark(search: RateSearch, curve: RateCurve, place: int) -> str:
    marks = {
        "best": place == curve.best_place,
        "largest": curve.rates[place] == curve.largest_falling,
        "present": curve.rates[place] == search.experiment.learning_rate,
    }
    return ", ".join(name for name, is_so in marks.items() if is_so)


def json_lines(search: RateSearch, line: str) -> Iterator[str]:
    """A ``start`` record, a ``rate`` for each, and an ``end``; what is not finite is null."""
    latest = search.curves[-1]
    yield json_line(
        "start",
        experiment=search.experiment.to_dict(),
        epoch=search.epoch,
        loss=latest.start,
        epochs=search.epochs,
        looks=[curve.epochs for curve in search.curves],
    )
    for place, rate in enumerate(latest.rates.tolist()):
        losses = [curve.losses[curve.place_of(rate)] for curve in search.curves]
        yield json_line("rate", learning_rate=rate, losses=losses, verdict=latest.verdict(place))
    yield json_line(
        "end",
        status="done" if search.is_done else "interrupted",
        epochs=latest.epochs,
        largest_falling=latest.largest_falling,
        best=latest.best,
        loss=None if latest.best_place is None else float(latest.losses[latest.best_place]),
        smallest_diverging=latest.smallest_diverging,
        sentences=list(sentences(search, latest)),
        line=line or None,
    )


def _line(session: Session, search: RateSearch) -> str:
    """The command that trains the run on with the best rate; empty where there is none, or no line leads there."""
    curve = search.curves[-1]
    if curve.best is None:
        return ""
    try:
        shared = share(_with_rate(session.trajectory(), curve.best))
    except ShareError:
        return ""
    ends = replace(shared, is_paused=False, epochs=search.epoch + curve.epochs)
    return joined(["tuinet", "train", *words_of(ends)])


def _with_rate(now: Trajectory, rate: float) -> Trajectory:
    """The run with another rate from now on: from its start, or from the end of the step under way."""
    if now.position == START and not now.edits and not now.source:
        return replace(now, experiment=replace(now.experiment, learning_rate=rate), digest="")
    position = Position(now.position.step + 1) if now.position.phase else now.position
    edit = Edit(position, Configure.of(learning_rate=rate))
    return replace(now, edits=(*now.edits, edit), position=position, digest="")
