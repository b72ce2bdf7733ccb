"""The options that lead to a moment of a run, beside those that make up its Experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from tuinet.experiment.experiment import Experiment, tupled
from tuinet.experiment.presets import DEFAULTS, older_values
from tuinet.options import GroupedOption
from tuinet.session.timeline import Trajectory
from tuinet.share.shared import EXAMPLE, POINTS

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

UNSAID: Final = "unsaid"
"""Stands for a speed that was not given."""
GROUP: Final = "Reproducing a run"
NAMES: Final = ("at", "edits", "points", "expect", "defaults")
"""The parameters of these options."""


class SpeedType(click.ParamType[Any]):
    """Epochs per second, or ``max``, which is ``None``."""

    name = "speed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See `click.ParamType.convert`."""
        if value == UNSAID:
            return value
        try:
            speed: float | None = None if str(value).lower() == "max" else float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of epochs per second, nor max", param, ctx)
        if speed is not None and not 0.01 <= speed <= 1e9:
            self.fail(f"{value!r} is not from 0.01 to 1e9 epochs per second; max takes the brake off", param, ctx)
        return speed


def trajectory_options(command: AnyCommand) -> AnyCommand:
    """Give a command the options of a Trajectory; those not given are ``None``, or empty."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def shared_option(command: AnyCommand) -> AnyCommand:
    """Give a command the option that takes a whole run as it was shared."""
    return _option("--from", "shared", help="A run that was shared: its line, its JSON, or a file with one of them.")(
        command
    )


def _option(*names: str, **how: Any) -> Callable[[AnyCommand], AnyCommand]:
    return click.option(*names, cls=GroupedOption, group=GROUP, **how)


_OPTIONS: Final = (
    _option("--at", help="Go there first: so many updates, as 300, and phases of the next one, as 300:4."),
    _option("--edit", "edits", multiple=True, help=f"Change something on the way, as {EXAMPLE!r}; repeatable."),
    _option("--points", help="Samples changed by hand before the start, as JSON."),
    _option("--expect", help="Digest of the weights and samples there, of a shared line: a warning if they differ."),
    _option("--defaults", type=click.IntRange(min=1), help="Generation of the defaults that the line relies on."),
)


def with_older_defaults_and_points(fields: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the Experiment with what these options say of it: older defaults, and samples changed by hand.

    A ShareError where the options rely on defaults that are not known here; a click.UsageError where they are no
    samples.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    if options["defaults"] not in (None, DEFAULTS):
        from tuinet.share.record import require_known

        given = older_values(require_known(options["defaults"]), given)
    return {**given, **_points(options["points"])}


def trajectory_from(options: Mapping[str, Any], experiment: Experiment) -> Trajectory:
    """The Trajectory that these options describe, from an Experiment on; a ShareError where one cannot be used."""
    if not (options["at"] or options["edits"] or options["expect"]):
        return Trajectory(experiment)
    from tuinet.share.edits import read_edit
    from tuinet.share.record import make_trajectory

    edits = tuple(map(read_edit, options["edits"] or ()))
    return make_trajectory(experiment, edits, options["at"] or "", options["expect"] or "")


def _points(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    from tuinet.files import ParseError, parse_json

    try:
        record = parse_json(text)
    except ParseError as error:
        raise click.UsageError(f"--points: {text[:40]!r} is no JSON: {error}") from error
    if not isinstance(record, dict) or not set(record) <= set(POINTS):
        raise click.UsageError(f"--points: {text[:40]!r} is no object with {', '.join(POINTS)}")
    if not all(isinstance(record.get(name, []), list) for name in POINTS[:2]):
        raise click.UsageError(f"--points: {' and '.join(POINTS[:2])} are lists")
    return {name: tupled(value) for name, value in record.items()}
