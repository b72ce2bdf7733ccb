"""``tuinet check``: the gradients of backpropagation beside central differences."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import click

from tuinet.cli.opening import make_session
from tuinet.cli.progress import all_or_nothing
from tuinet.nn.gradient_check import GradientCheck
from tuinet.observe.step import check_run
from tuinet.options import Count, GroupedHelp, experiment_options
from tuinet.output import write_lines
from tuinet.session.session import Session
from tuinet.share.options import shared_option, trajectory_options

CHECK_TOLERANCE = {"float64": 1e-7, "float32": 1e-4}
"""Relative error up to which two gradients are taken for the same."""


@click.command("check", cls=GroupedHelp)
@click.option("--epochs", type=Count(), default=0, help="Train for so long before checking.")
@click.option("--load", type=click.Path(path_type=Path), help="Check a file that `tuinet train --save` wrote.")
@shared_option
@trajectory_options
@experiment_options
def check_command(epochs: int, load: Path | None, **fields: Any) -> None:
    """Compare every gradient of backpropagation with a central difference.

    Exit status: 0 they agree, 1 they do not, 2 bad usage or input, 130 interrupted.
    """
    nothing = "nothing was checked"
    session = make_session(load, fields, nothing)
    with all_or_nothing(nothing):
        session.advance(max(0, epochs - session.run.epoch))
    check = check_run(session.run)
    tolerance = CHECK_TOLERANCE[session.run.experiment.dtype]
    write_lines(gradient_table(session, check, tolerance))
    sys.exit(0 if agrees(check, tolerance) else 1)


def gradient_table(session: Session, check: GradientCheck, tolerance: float) -> Iterator[str]:
    """Every parameter with its two gradients and their relative error, and a verdict."""
    yield f"{'layer':>5}  {'parameter':<14} {'analytic':>24} {'numeric':>24} {'relative error':>15}"
    errors = check.entry_errors
    blocks = zip(check.analytic.blocks, check.numeric.blocks, errors.blocks, strict=True)
    for layer, (analytic, numeric, error) in enumerate(blocks, start=1):
        rows, columns = analytic.shape
        for row, column in product(range(rows), range(columns)):
            name = f"b[{column + 1}]" if row == rows - 1 else f"W[{row + 1},{column + 1}]"
            values = f"{analytic[row, column]:24.16e} {numeric[row, column]:24.16e} {error[row, column]:15.1e}"
            yield f"{layer:>5}  {name:<14} {values}"
    verdict = "agree" if agrees(check, tolerance) else "DISAGREE"
    yield (
        f"{verdict}: ‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖) = {check.relative_error:.1e}, "
        f"bound {tolerance:.0e}, {session.run.dataset.name}, epoch {session.run.epoch:,}"
    )


def agrees(check: GradientCheck, tolerance: float) -> bool:
    """Whether both gradients are the same, as far as the tolerance asks for it and rounding lets it be seen."""
    return check.relative_error <= tolerance or check.is_within_rounding
