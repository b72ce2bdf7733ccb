from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tuinet.compare.grid import MAX_EXPERIMENTS, Vary, make_grid, parse_vary
from tuinet.errors import ExperimentError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.fields import plain, read


def labels(vary: Vary) -> list[str]:
    return [choice.text for choice in vary.choices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rate=log(0.001,1,4)", ["0.001", "0.01", "0.1", "1"]),
        ("learning_rate=log(1,0.01,3)", ["1", "0.1", "0.01"]),
        ("learning_rate=log(1e-300,1e300,3)", ["1e-300", "1", "1e300"]),
        ("learning_rate= LOG( 1e-3 , 1 , 4 ) ", ["0.001", "0.01", "0.1", "1"]),
        ("momentum=linear(0,0.9,10)", ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
        ("learning_rate=linear(1,2,4)", ["1", "1.333", "1.667", "2"]),
        ("learning_rate=linear(1000,1001,5)", ["1000", "1000.25", "1000.5", "1000.75", "1001"]),
        ("data_seed=1-4,7", ["1", "2", "3", "4", "7"]),
        ("batch_size=log(1,100,5),full", ["1", "3", "10", "32", "100", "full"]),
        (
            "l2=0,log(1e-5,1e-2,4),default,linear(1,2,2)",
            ["0", "1e-5", "0.0001", "0.001", "0.01", "default", "1", "2"],
        ),
    ],
)
def test_the_values_of_ranges(text: str, expected: list[str]) -> None:
    assert labels(parse_vary(text)) == expected


def test_many_rates_have_short_labels() -> None:
    rates = parse_vary("learning_rate=log(0.001,1,25)").choices
    exact = [0.001 * 1000 ** (index / 24) for index in range(25)]
    assert [rate.value for rate in rates] == pytest.approx(exact, rel=1e-3)
    assert max(len(rate.text) for rate in rates) == len("0.001334")


def test_two_optimizers_with_25_rates_and_40_seeds_are_one_grid() -> None:
    varied = [parse_vary("optimizer=sgd,adam"), parse_vary("learning_rate=log(0.001,1,25)")]
    assert len(make_grid({}, varied, 40).jobs) == 2000


ENDS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.sampled_from(["log", "linear"]), ENDS, ENDS, st.integers(2, 40))
@example("log", 1.7976931348622734e308, 1.7976931348622736e308, 3)
def test_a_label_typed_back_gives_the_value_and_lies_where_it_should(
    spacing: str, first: float, last: float, count: int
) -> None:
    if spacing == "log":
        first, last = abs(first), abs(last)
    text = f"{spacing}({first!r},{last!r},{count})"
    try:
        choices = parse_vary(f"learning_rate={text}").choices
    except ExperimentError as error:
        assert (spacing == "log" and 0 in (first, last)) or first == last or "twice" in str(error)
        return
    values = [choice.value for choice in choices]
    assert (len(values), values[0], values[-1]) == (count, first, last)
    assert values == sorted(values, reverse=first > last)
    assert [read("learning_rate", choice.text, Experiment()) for choice in choices] == values
    again = ",".join(choice.text for choice in choices)
    assert parse_vary(f"learning_rate={again}").choices == choices
    place = math.log if spacing == "log" else float
    # Halves, since the whole way may be infinitely long.
    steps = [place(after) / 2 - place(before) / 2 for before, after in pairwise(values)]
    assert steps == pytest.approx([(place(last) / 2 - place(first) / 2) / (count - 1)] * (count - 1), rel=0.01)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(2, 12))
def test_whole_numbers_are_whole_and_different(first: int, last: int, count: int) -> None:
    try:
        choices = parse_vary(f"samples=log({first},{last},{count})").choices
    except ExperimentError as error:
        assert first == last or "twice as a whole number" in str(error)
        return
    values = [choice.value for choice in choices]
    assert all(type(value) is int for value in values)
    assert len(set(values)) == count
    assert [choice.text for choice in choices] == list(map(str, values))


@given(ENDS)
def test_an_end_is_what_was_typed(end: float) -> None:
    text = f"linear({end!r},{-end if end else 1.0!r},2)"
    assert [choice.text for choice in parse_vary(f"l1={text}").choices] == [plain(end), plain(-end if end else 1.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learning_rate=log(0,1,5)", "'log(0,1,5)': 0 has no logarithm; both ends must be above 0"),
        ("learning_rate=log(-1,1,5)", "-1 has no logarithm"),
        ("learning_rate=log(0.1,1)", "not log(FIRST,LAST,COUNT) such as log(0.001,1,25)"),
        ("momentum=linear(1)", "not linear(FIRST,LAST,COUNT) such as linear(0,0.9,10)"),
        ("learning_rate=lgo(0.1,1,3)", "'lgo' is not one of log, linear; did you mean 'log'?"),
        ("learning_rate=log(0.1,1", "'log(0.1': neither a number nor a range such as log(0.001,1,25)"),
        ("learning_rate=log(0.1,1,3)5", "neither a number nor a range"),
        ("learning_rate=log(0.1,1,1)", "a range has 2 values or more, its first and its last among them"),
        ("learning_rate=log(0.1,1,2.5)", "'2.5' is not a whole number"),
        ("learning_rate=log(a,1,3)", "'a' is not a number such as 0.5 or 1e-3"),
        ("learning_rate=log(0.1,1,1000000000)", f"1,000,000,000 values are more than {MAX_EXPERIMENTS:,}"),
        ("learning_rate=linear(1,1,3)", "the first and the last value are the same"),
        ("learning_rate=linear(0,inf,3)", "inf is not a finite number"),
        ("learning_rate=linear(1,1.0000000000000002,5)", "it has 1 twice; take fewer values, or ends"),
        ("batch_size=log(1,4,9)", "it has 1 twice as a whole number; take fewer values"),
        ("learning_rate=0.1,log(0.001,1,4)", "learning_rate has 0.1 twice"),
        ("activation=log(1,2,3)", "a range of numbers, and activation does not take a single number"),
        ("hidden=linear(2,8,4)", "a range of numbers, and hidden does not take a single number"),
        ("dataset=log(1,2,3)", "a range of numbers, and dataset does not take a single number"),
        ("seed=linear(1,5,5)", "seed is varied by --seeds"),
    ],
)
def test_ranges_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        parse_vary(text)
    assert str(caught.value).startswith("vary: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_of_files_may_have_parentheses() -> None:
    assert labels(parse_vary("dataset=a (1).csv,b (2).csv")) == ["a (1).csv", "b (2).csv"]
    assert labels(parse_vary("dataset=log(1).csv,xor")) == ["log(1).csv", "xor"]


def test_bounds_of_the_field_hold_for_a_range() -> None:
    with pytest.raises(ExperimentError, match=r"vary: momentum=1: momentum: 1\.0 is not a number from 0 below 1"):
        make_grid({}, [parse_vary("momentum=linear(0,1,5)")], 1)
