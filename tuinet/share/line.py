"""A shared run as one command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tuinet.config import Experiment
from tuinet.fields.table import FIELDS
from tuinet.presets import DEFAULTS, make_experiment
from tuinet.share.edits import edit_text, moment_text, value_text
from tuinet.share.quoting import joined
from tuinet.share.shared import POINTS, USUAL_SPEED, Shared
from tuinet.training.timeline import START

_ALWAYS = ("dataset", "seed")


def line_of(shared: Shared) -> str:
    """The command that reproduces a run, quoted for a shell."""
    return joined(["tuinet", *words_of(shared)])


def words_of(shared: Shared) -> list[str]:
    """The options of the command, each followed by its value."""
    return [word for pair in _options(shared) for word in pair]


def _options(shared: Shared) -> Iterator[tuple[str, ...]]:
    course = shared.course
    if shared.load:
        yield "--load", shared.load
    else:
        yield "--defaults", str(DEFAULTS)
        yield from _experiment_options(course.experiment)
    for edit in course.edits:
        yield "--edit", edit_text(edit)
    if course.position > START or shared.load:
        yield "--at", moment_text(course.position)
    if shared.epochs is not None:
        yield "--epochs", str(shared.epochs)
    if shared.speed != USUAL_SPEED:
        yield "--speed", "max" if shared.speed is None else repr(shared.speed).removesuffix(".0")
    if shared.is_paused:
        yield ("--paused",)
    if course.digest:
        yield "--expect", course.digest


def _experiment_options(experiment: Experiment) -> Iterator[tuple[str, str]]:
    for name, value in given_fields(experiment).items():
        yield f"--{name.replace('_', '-')}", value_text(name, value)
    points = {name: value for name in POINTS if (value := getattr(experiment, name))}
    if points:
        yield "--points", json.dumps(points, separators=(",", ":"))


def given_fields(experiment: Experiment) -> dict[str, Any]:
    """The fields from which `make_experiment` makes the same Experiment; dataset and seed always among them."""
    given: dict[str, Any] = {name: getattr(experiment, name) for name in _ALWAYS}
    if make_experiment(**given).optimizer != experiment.optimizer:
        given["optimizer"] = experiment.optimizer
    while missing := _differing(experiment, given):
        given |= missing
    return {name: given[name] for name in FIELDS if name in given}


def _differing(experiment: Experiment, given: dict[str, Any]) -> dict[str, Any]:
    made = make_experiment(**given)
    return {
        name: getattr(experiment, name)
        for name in FIELDS
        if name not in given and getattr(made, name) != getattr(experiment, name)
    }
