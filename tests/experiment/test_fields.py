from __future__ import annotations

import math
import re
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import NOTES
from tuinet.experiment.experiment import CHOICES, FIELDS, GROUPS, Experiment, bounds_of
from tuinet.experiment.fields import parse_ranges, plain, ranges_text, read, shown, typed
from tuinet.experiment.hyperparameter import Bounds, Kind, parse
from tuinet.session.edits import EFFECTS
from tuinet.session.session import Session


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


XOR = make_dataset()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "whole": st.integers(),
    "number": NUMBERS,
    "flag": st.booleans(),
    "sizes": st.lists(st.integers(1, 4096), max_size=5).map(tuple),
}


@given(st.data())
def test_what_is_typed_is_read_again(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(FIELDS)))
    field, default = FIELDS[name], getattr(Experiment, name)
    if field.kind == "names":
        values: st.SearchStrategy[Any] = st.lists(st.sampled_from(field.choices), min_size=1, max_size=3).map(tuple)
    elif field.kind == "text":
        values = st.sampled_from(field.choices or ("weights.npz", "species"))
    else:
        values = VALUES[field.kind]
    value = data.draw(values | st.just(default))
    assert read(name, typed(name, value), Experiment()) == value


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("hidden", "8,8", (8, 8)),
        ("hidden", " 8 , 4 ", (8, 4)),
        ("hidden", "none", ()),
        ("hidden", "", ()),
        ("activation", "relu,tanh", ("relu", "tanh")),
        ("features", "none", ()),
        ("features", "sin x1, x1·x2", ("sin x1", "x1·x2")),
        ("learning_rate", "1e-3", 0.001),
        ("learning_rate", "−1", -1.0),
        ("learning_rate", "", 0.5),
        ("batch_size", "full", 0),
        ("beta2", "auto", None),
        ("beta2", "none", None),
        ("samples", "", None),
        ("biases", "none", "none"),
        ("biases", "", "trained"),
        ("loss", "", "auto"),
        ("output", "auto", "auto"),
        ("standardize", "Yes", True),
        ("standardize", "off", False),
        ("standardize", "auto", None),
        ("target", "", ""),
        ("target", "none", "none"),
        ("dataset", "rings:4", "rings:4"),
        ("dataset", "data/my own.csv", "data/my own.csv"),
        ("hidden", "default", (2,)),
        ("seed", "default", 1),
    ],
)
def test_what_a_person_types(field: str, text: str, value: object) -> None:
    assert read(field, text, Experiment()) == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("hidden", "2,x", "'2,x' is not a list of whole numbers such as 4 or 8,8"),
        ("seed", "one", "'one' is not a whole number"),
        ("seed", "1.5", "'1.5' is not a whole number"),
        ("momentum", "big", "'big' is not a number such as 0.5 or 1e-3"),
        ("standardize", "maybe", "'maybe' is neither true nor false"),
        ("learning_rate", "auto", "'auto' is not a number such as 0.5 or 1e-3"),
    ],
)
def test_what_is_no_value_is_refused(field: str, text: str, reason: str) -> None:
    with pytest.raises(ExperimentError, match=f"^{field}: ") as caught:
        read(field, text, Experiment())
    assert caught.value.reason == reason


def test_a_dataset_has_defaults_of_its_own() -> None:
    assert read("hidden", "default", Experiment(dataset="spiral")) == (8, 8)
    assert read("learning_rate", "", Experiment(dataset="spiral")) == 0.03
    assert read("learning_rate", "", Experiment(dataset="xor", optimizer="adam")) == 0.01


@pytest.mark.parametrize(
    ("field", "changes", "words"),
    [
        ("loss", {}, "auto (cross-entropy)"),
        ("output", {}, "auto (sigmoid)"),
        ("loss", {"loss": "mse"}, "mse"),
        ("samples", {}, "auto (4)"),
        ("noise", {}, "auto (0)"),
        ("standardize", {}, "auto (false)"),
        ("standardize", {"standardize": True}, "true"),
        ("beta2", {"optimizer": "rmsprop"}, "auto (0.99)"),
        ("epsilon", {"optimizer": "adagrad"}, "auto (1e-10)"),
        ("weight_decay", {"optimizer": "adamw"}, "auto (0.01)"),
        ("decay_rate", {}, "auto"),
        ("decay_rate", {"schedule": "step"}, "auto (0.1)"),
        ("batch_size", {}, "full (4)"),
        ("batch_size", {"batch_size": 2}, "2"),
        ("hidden", {"hidden": ()}, "no hidden layer"),
        ("hidden", {"hidden": (8, 4)}, "8,4"),
        ("features", {}, "as they are"),
        ("features", {"features": ("x1", "x1²")}, "x1,x1²"),
        ("weights", {}, "by the initializer"),
        ("clip_norm", {}, "0 (any)"),
        ("seed", {"seed": 0}, "0"),
        ("dataset", {}, "xor"),
    ],
)
def test_values_as_they_are_shown(field: str, changes: dict[str, Any], words: str) -> None:
    assert shown(field, replace(Experiment(), **changes), XOR) == words


def test_a_file_has_its_own_defaults() -> None:
    experiment = Experiment(dataset="mine.csv")
    said = {name: shown(name, experiment, XOR) for name in ("samples", "noise", "test_share", "standardize")}
    assert list(said.values()) == ["auto (4)", "auto (0)", "auto (0)", "auto (false)"]


def test_auto_without_a_meaning_stands_alone() -> None:
    assert shown("samples", Experiment(dataset="no such"), XOR) == "auto"
    assert shown("output", Experiment(output="auto", loss="cross-entropy"), make_dataset(task="regression")) == "auto"


@pytest.mark.parametrize(("value", "words"), [(1e-8, "1e-8"), (1e20, "1e20"), (0.1 + 0.2, "0.30000000000000004")])
def test_numbers_are_short_and_exact(value: float, words: str) -> None:
    assert plain(value) == words


@pytest.mark.parametrize("name", CHOICES["dataset"])
def test_what_auto_stands_for_is_what_is_loaded(name: str) -> None:
    dataset = Session(Experiment(dataset=name)).run.dataset
    assert shown("samples", Experiment(dataset=name), dataset) == f"auto ({len(dataset.X) + len(dataset.X_test)})"


def test_kinds_parse_as_on_the_command_line() -> None:
    assert parse("whole", "1_000") == 1000
    assert parse("names", "") == ()
    assert parse("text", " as it is ") == " as it is "


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1-4", (1, 2, 3, 4)), ("7", (7,)), ("1,5, 8 - 10", (1, 5, 8, 9, 10)), ("9,4-5", (9, 4, 5)), ("3-3", (3,))],
)
def test_ranges_of_whole_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_ranges(text, 5) == numbers


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not a list of whole numbers such as 1-4 or 1,5,9"),
        ("1-", "'1-' is not a list of whole numbers such as 1-4 or 1,5,9"),
        ("1,,2", "'1,,2' is not a list of whole numbers such as 1-4 or 1,5,9"),
        ("-3", "'-3' is not a list of whole numbers such as 1-4 or 1,5,9"),
        ("1,9-5", "9-5 runs backwards; 5-9 would be right"),
        ("1-5,4", "'1-5,4' has more than 5 numbers"),
        ("1-999999999", "'1-999999999' has more than 5 numbers"),
        ("1,1", "'1,1' has 1 twice"),
    ],
)
def test_what_is_no_range_of_whole_numbers(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse_ranges(text, 5)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40, unique=True))
def test_the_text_of_ranges_typed_back_gives_the_same_numbers(numbers: list[int]) -> None:
    assert parse_ranges(ranges_text(numbers), 40) == tuple(numbers)
