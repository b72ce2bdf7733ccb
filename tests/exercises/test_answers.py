from __future__ import annotations

import pytest

from tuinet.exercises.checking import UnreadableAnswerError, decimals_of, read_number, read_shape


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.125", 0.125),
        (" 0,125 ", 0.125),
        ("-0.5", -0.5),
        ("−0,5", -0.5),
        ("\u20130.5", -0.5),
        (".5", 0.5),
        (",5", 0.5),
        ("-,5", -0.5),
        ("+2", 2.0),
        ("1/8", 0.125),
        ("⅛", 0.125),
        ("-1 / 4", -0.25),
        ("1.2e-3", 0.0012),
        ("1.2e−3", 0.0012),
        ("0.5*(1-0.5)", 0.25),
        ("0,5·(1 − 0,5)", 0.25),
        ("2^3", 8.0),
        ("3²", 9.0),
        ("√4", 2.0),
        ("sqrt(0.25)", 0.5),
        ("e^0", 1.0),
        ("1/(1+e^(-0))", 0.5),
        ("ln(1)", 0.0),
        ("max(0, 0.5)", 0.5),
        ("½", 0.5),
        ("z = 0.35", 0.35),
        ("0.35 =", 0.35),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "abc",
        "1,234.5",
        "1.234,5",
        "0.5 0.5",
        "1/0",
        "ln(0)",
        "(-8)^0.5",
        "10^400",
        "9^9^9^9",
        "nan",
        "inf",
        "1e999",
        "__import__('os')",
        "(1).real",
        "[1][0]",
        "'1'",
        "True",
        "max()",
        "max(1, key=2)",
        "lambda: 1",
        "1" * 81,
        "(" * 40 + "1" + ")" * 40 + "+1",
        "\x00",
        "0.5\x1b[31m",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_number(text)


@pytest.mark.parametrize("text", ["3x4", "3 × 4", "(3, 4)", "[3,4]", "3 by 4", "3*4", "3·4", "3;4"])
def test_shapes_are_read_as_people_write_them(text: str) -> None:
    assert read_shape(text) == (3, 4)


@pytest.mark.parametrize(("text", "shape"), [("4", (4,)), ("(4,)", (4,)), ("[4]", (4,)), ("2x3x4", (2, 3, 4))])
def test_shapes_of_other_dimensions(text: str, shape: tuple[int, ...]) -> None:
    assert read_shape(text) == shape


@pytest.mark.parametrize("text", ["", "x", "3x", "3.5x4", "-3x4", "3x4 = 12", "9" * 90])
def test_what_is_no_shape_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_shape(text)


def test_decimals_are_counted_as_they_are_written() -> None:
    assert [decimals_of(text) for text in ("0.50", "−1,5", "3", "3.", "1/8", "1e3")] == [2, 1, 0, 0, None, None]
