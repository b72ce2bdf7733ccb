from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import NOTES
from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.experiment.fields import FIELDS, GROUPS, Bounds, bounds_of
from tuinet.session.edits import EFFECTS


def test_the_table_has_every_field_that_can_be_set_once() -> None:
    assert len(FIELDS) == sum(map(len, GROUPS.values()))
    assert set(FIELDS) == set(EFFECTS)
    assert list(GROUPS) == ["Data", "Network", "Training", "Regularization"]


def test_choices_are_those_of_the_experiment() -> None:
    assert {name for name, field in FIELDS.items() if field.choices} == set(CHOICES)
    assert {field: list(notes) for field, notes in NOTES.items()} == {
        field: list(names) for field, names in CHOICES.items()
    }
    assert all(note and not note.isspace() for notes in NOTES.values() for note in notes.values())


def test_help_names_choices_and_default() -> None:
    assert FIELDS["biases"].help == "Whether the biases learn: trained, frozen, none."
    assert FIELDS["l1"].help == "Penalty on the size of the weights, l1·Σ|w| [default: 0]."
    assert "`tuinet datasets`" in FIELDS["dataset"].help


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(least=0, below=1), "from 0 to below 1"),
        (Bounds(above=0), "above 0"),
        (Bounds(above=0, most=1), "above 0 to 1"),
        (Bounds(least=1), "from 1 up"),
        (Bounds(least=1, most=1_000_000), "from 1 to 1,000,000"),
    ],
)
def test_bounds_in_words(bounds: Bounds, words: str) -> None:
    assert str(bounds) == words


@pytest.mark.parametrize("schedule", CHOICES["schedule"])
@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.bounds])
def test_bounds_are_those_of_the_experiment(name: str, schedule: str) -> None:
    experiment = Experiment(schedule=schedule)
    bounds = bounds_of(name, experiment)
    assert bounds is not None
    whole = FIELDS[name].kind in ("whole", "sizes")
    step = 1 if whole else 1e-9
    edges = [edge for edge in (bounds.least, bounds.above, bounds.most, bounds.below) if abs(edge) < math.inf]
    for edge in edges:
        for number in (edge - step, edge, edge + step):
            value = int(number) if whole else number
            assert bounds.hold(value) == accepts(experiment, name, (value,) if FIELDS[name].kind == "sizes" else value)


def accepts(experiment: Experiment, name: str, value: object) -> bool:
    try:
        replace(experiment, **{name: value})  # type: ignore[arg-type]
    except ExperimentError:
        return False
    return True


def test_kinds_suit_the_defaults() -> None:
    kinds = {"whole": int, "number": float, "flag": bool, "text": str, "names": tuple, "sizes": tuple}
    for field in fields(Experiment):
        default = getattr(Experiment, field.name)
        if field.name in FIELDS and default is not None:
            assert type(default) is kinds[FIELDS[field.name].kind], field.name
