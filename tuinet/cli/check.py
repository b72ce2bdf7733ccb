"""``tuinet check``: the gradients of backpropagation beside central differences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from tuinet.cli.opening import make_session
from tuinet.cli.progress import all_or_nothing
from tuinet.nn.gradient_check import LOOSER, GradientCheck, State, Verdict
from tuinet.observe.step import TOLERANCE, check_run
from tuinet.options import Count, GroupedHelp, experiment_options
from tuinet.output import write_lines
from tuinet.session.session import Session
from tuinet.share.options import shared_option, trajectory_options

_SAID: Final[dict[State, str]] = {
    "agrees": "",
    "rounding": "not verified: rounding",
    "kink": "on a kink",
    "differs": "DIFFERS",
    "infinite": "not verified: not finite",
    "frozen": "frozen",
}
_VERDICTS: Final[dict[Verdict, str]] = {"agree": "agree", "not verified": "not verified", "disagree": "DISAGREE"}


@click.command("check", cls=GroupedHelp)
@click.option("--epochs", type=Count(), default=0, help="Train for so long before checking.")
@click.option("--load", type=click.Path(path_type=Path), help="Check a file that `tuinet train --save` wrote.")
@shared_option
@trajectory_options
@experiment_options
def check_command(epochs: int, load: Path | None, **fields: Any) -> None:
    """Compare every gradient of backpropagation with a central difference.

    A gradient is not verified where rounding may make as much of a difference as there is: a wrong one would not be
    seen. On a kink, such as that of relu at 0, every slope between those of both sides is right. Biases that do not
    learn are named as frozen, and have no gradient.

    Exit status: 0 they agree, 1 they do not or are not verified, 2 bad usage or input, 130 interrupted.
    """
    nothing = "nothing was checked"
    session = make_session(load, fields, nothing)
    with all_or_nothing(nothing):
        session.advance(max(0, epochs - session.run.epoch))
    check = check_run(session.run)
    tolerance = TOLERANCE[session.run.experiment.dtype]
    write_lines(gradient_table(session, check, tolerance))
    sys.exit(0 if check.verdict(tolerance) == "agree" else 1)


def gradient_table(session: Session, check: GradientCheck, tolerance: float) -> Iterator[str]:
    """Every parameter with its two gradients, their relative error and what stands in the way, and a verdict."""
    yield f"{'layer':>5}  {'parameter':<14} {'analytic':>24} {'numeric':>24} {'relative error':>15}"
    states = check.states(tolerance)
    ends = np.cumsum([block.size for block in check.analytic.blocks])[:-1]
    columns = (check.analytic.blocks, check.numeric.blocks, check.entry_errors.blocks, np.split(states, ends))
    for layer, (analytic, numeric, error, state) in enumerate(zip(*columns, strict=True), start=1):
        rows, width = analytic.shape
        for row, column in product(range(rows), range(width)):
            name = f"b[{column + 1}]" if row == rows - 1 else f"W[{row + 1},{column + 1}]"
            values = analytic[row, column], numeric[row, column], error[row, column]
            yield f"{layer:>5}  {name:<14} {_row(*values, state[row * width + column])}"
    place = f"{session.run.dataset.name}, epoch {session.run.epoch:,}"
    together = f"‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖) = {check.relative_error:.1e}, bound {tolerance:.0e}"
    yield f"{_VERDICTS[check.verdict(tolerance)]}: {together}, {place}"
    yield _one_by_one(check, tolerance)


def _row(analytic: float, numeric: float, error: float, state: State) -> str:
    if state == "frozen":
        return f"{'frozen':>24} {'–':>24} {'–':>15}"
    return f"{analytic:24.16e} {numeric:24.16e} {error:15.1e}  {_SAID[state]}".rstrip()


def _one_by_one(check: GradientCheck, tolerance: float) -> str:
    """The largest error of a single gradient, with its bound, and how many are in another state than agreeing."""
    states = check.states(tolerance)
    compared = check.entry_errors.vector[(states != "frozen") & (states != "kink")]
    counts = {said: int((states == state).sum()) for state, said in _SAID.items() if said}
    named = "".join(f", {count:,} {said}" for said, count in counts.items() if count)
    largest = f"largest error {float(compared.max(initial=0.0)):.1e}, bound {LOOSER * tolerance:.0e}"
    return f"  one by one: {largest}; {states.size:,} parameters{named}"
