"""Changing a field: what else follows, and whether the Experiment can be like that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tuinet.data.dataset import Dataset
from tuinet.data.generators import ALIASES, find_recipe
from tuinet.errors import TuinetError
from tuinet.experiment.defaults import choose_loss, is_file, resolved
from tuinet.experiment.experiment import CHOICES, FIELDS, Experiment
from tuinet.experiment.ladders import (
    Changes,
    climbed,
    ladder_of,
    next_batch_size,
    resized,
    with_activation,
    with_hidden,
)
from tuinet.experiment.presets import with_dataset

_RAW: Final = ("x1", "x2")
"""Features that are the same as none."""


def changes_for(field: str, value: Any, experiment: Experiment, dataset: Dataset) -> Changes:
    """The fields that change when one of them gets a value; empty where it has it."""
    changes = with_hidden(experiment, value) if field == "hidden" else {field: value}
    return checked(changes, experiment, dataset)


def checked(changes: Changes, experiment: Experiment, dataset: Dataset) -> Changes:
    """Those of the changes that change something; refused if the Experiment cannot be like that.

    What only the session can know, such as what is in a file, is not found.
    """
    after = replace(experiment, **changes)
    if "dataset" in changes and not is_file(after):
        find_recipe(after.dataset)
    if {"loss", "output", "class_weight"} & changes.keys():
        choose_loss(after, dataset)
    return {name: value for name, value in changes.items() if getattr(experiment, name) != value}


def dataset_changes(name: str, experiment: Experiment, dataset: Dataset) -> Changes:
    """The changes that bring another dataset, and the network and the learning rate that suit it."""
    after = with_dataset(experiment, name, _task(experiment, dataset))
    return {field: getattr(after, field) for field in FIELDS if getattr(after, field) != getattr(experiment, field)}


def shifted_dataset(direction: int, experiment: Experiment, dataset: Dataset) -> Changes:
    """The changes that bring the next dataset of the list, or the previous one."""
    name = next_name(FIELDS["dataset"].choices, family(experiment.dataset), direction)
    return dataset_changes(name, experiment, dataset)


def _task(experiment: Experiment, dataset: Dataset) -> str:
    try:
        return dataset.task if is_file(experiment) else find_recipe(experiment.dataset).task
    except TuinetError:
        return dataset.task


def parts(field: str, experiment: Experiment) -> int:
    """In how many places a field can be changed one by one: layers, features; 1 for all others."""
    layers = len(experiment.hidden)
    if field == "hidden":
        return max(layers, 1)
    if field == "activation":
        # The first place stands for all layers together.
        return layers + 1 if layers > 1 else 1
    return len(CHOICES["features"]) if field == "features" else 1


def stepped(field: str, part: int, direction: int, experiment: Experiment, dataset: Dataset) -> Changes:
    """The changes that take a field to its next value, or with a negative direction to the previous one.

    `part` is which of its `parts`, from 0.
    """
    if field == "hidden":
        return checked(resized(experiment, part, direction), experiment, dataset)
    if field == "activation":
        names = experiment.hidden_activations or experiment.activation
        layer = part - 1 if parts(field, experiment) > 1 else 0
        name = next_name(CHOICES[field], names[max(layer, 0)], direction)
        changes = with_activation(experiment, None if layer < 0 else layer, name)
        return checked(changes, experiment, dataset)
    if field == "features":
        return checked(_with_feature(experiment, part, direction), experiment, dataset)
    if FIELDS[field].choices:
        return _other_choice(field, direction, experiment, dataset)
    value = _stepped_value(field, direction, experiment, dataset)
    return {} if value is None else checked({field: value}, experiment, dataset)


def next_name(names: tuple[str, ...], present: str, direction: int) -> str:
    """The next name of a list, around its ends; the first where the present one is not in it."""
    if present not in names:
        return names[0 if direction > 0 else -1]
    return names[(names.index(present) + direction) % len(names)]


def family(name: str) -> str:
    """A dataset's name without its number, aliases spelled out."""
    return ALIASES.get(name, name).partition(":")[0]


def _with_feature(experiment: Experiment, part: int, direction: int) -> Changes:
    """One feature more, or one less; at least one stays."""
    name, present = CHOICES["features"][part], experiment.features or _RAW
    wanted = {*present, name} if direction > 0 else {*present} - {name}
    features = tuple(known for known in CHOICES["features"] if known in wanted)
    if not features or wanted == {*present}:
        return {}
    return {"features": () if features == _RAW else features}


def _other_choice(field: str, direction: int, experiment: Experiment, dataset: Dataset) -> Changes:
    """The next choice that can be used now."""
    names, present = FIELDS[field].choices, getattr(experiment, field)
    name = family(present) if field == "dataset" else present
    for _ in names:
        name = next_name(names, name, direction)
        try:
            return checked({field: name}, experiment, dataset)
        except TuinetError:
            continue
    return {}


def _stepped_value(field: str, direction: int, experiment: Experiment, dataset: Dataset) -> Any:
    value, kind = resolved(field, experiment, dataset), FIELDS[field].kind
    if kind == "text":
        return None
    if kind == "flag":
        return not value
    if field in ("seed", "data_seed"):
        return max(0, value + direction)
    if field == "batch_size":
        return next_batch_size(value, len(dataset.X), direction)
    ladder = ladder_of(field, experiment)
    if value is None:
        return ladder[len(ladder) // 2]
    reached = climbed(ladder, value, direction)
    return int(reached) if kind == "whole" else reached
