from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.data.numerals import (
    Decimal,
    DecimalEvidence,
    dressing,
    is_date,
    is_float,
    is_missing,
    parse_all_plain,
    parse_number,
)

NUMBERS: list[tuple[str, float | None, float | None]] = [
    ("12", 12, 12),
    ("1.5", 1.5, None),
    ("1,5", None, 1.5),
    ("1,037", 1037, 1.037),
    ("1.037", 1.037, 1037),
    ("0,126", None, 0.126),
    ("0.126", 0.126, None),
    ("1,037.5", 1037.5, None),
    ("1.037,5", None, 1037.5),
    ("1,000,000", 1e6, None),
    ("1.000.000", None, 1e6),
    ("12,34", None, 12.34),
    ("1,2,3", None, None),
    ("1.2.3", None, None),
    ("1,0000", None, 1.0),
    ("1 037", 1037, 1037),
    ("1\u00a0037,5", None, 1037.5),
    ("1\u202f037.5", 1037.5, None),
    ("1'037.5", 1037.5, None),
    ("1\u2019037", 1037, 1037),
    ("1,000 000", None, None),
    ("1 00", None, None),
    ("\u22121.5", -1.5, None),
    ("$1,037.50", 1037.5, None),
    ("-$5", -5, -5),
    ("$-5", -5, -5),
    ("-$-5", None, None),
    ("5 €", 5, 5),
    ("1.037,50 €", None, 1037.5),
    ("CHF 12", 12, 12),
    ("12 usd", 12, 12),
    ("50%", 50, 50),
    ("50%", 50, 50),
    ("+3", 3, 3),
    (".5", 0.5, None),
    ("5.", 5, None),
    ("1e3", 1000, 1000),
    ("1,5e3", None, 1500),
    ("1_0", None, None),
    ("(5)", None, None),
    ("0x1F", None, None),
    ("1e999", None, None),
    ("inf", None, None),
    ("nan", None, None),
    ("", None, None),
    ("$", None, None),
    ("e5", None, None),
    ("½", None, None),
    ("12 kg", None, None),
    ("1" + " " * 300_000 + "x", None, None),
]


@pytest.mark.parametrize(("text", "point", "comma"), NUMBERS, ids=[text[:12] for text, _, _ in NUMBERS])
def test_a_text_is_this_number(text: str, point: float | None, comma: float | None) -> None:
    assert parse_number(text, "point") == point
    assert parse_number(text, "comma") == comma
    assert is_float(text) == (parse_all_plain([text], "point") is not None)


STYLES = ["{}", "{} ", "${}", "{} €", "{}%", "EUR {}", "{} CHF"]
FINITE = st.floats(-1e15, 1e15)


def grouped(number: float, group: str, decimal: str) -> str:
    return f"{number:,.6f}".replace(",", "G").replace(".", decimal).replace("G", group)


@given(FINITE, st.sampled_from(STYLES), st.sampled_from(["", " ", "'", "\u00a0", "\u202f", "\u2019", "own"]))
def test_a_number_is_read_back_in_every_style(number: float, style: str, group: str) -> None:
    for decimal, sign, other in (("point", ".", ","), ("comma", ",", ".")):
        text = style.format(grouped(number, other if group == "own" else group, sign).replace("-", "\u2212"))
        assert parse_number(text, decimal) == float(f"{number:.6f}")  # type: ignore[arg-type]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_is_read_back(number: float) -> None:
    assert parse_number(repr(number), "point") == number
    assert parse_number(repr(number).replace(".", ","), "comma") == number


@given(st.text("0123456789,. '-+$%eE_", max_size=12))
def test_what_reads_differently_with_the_other_sign_is_told(text: str) -> None:
    point, comma = parse_number(text, "point"), parse_number(text, "comma")
    found = DecimalEvidence()
    found.look_at([text])
    if point is not None and comma is not None and point != comma:
        decimals: tuple[Decimal, ...] = ("point", "comma")
        assert any("with decimal" in remark for sign in decimals for remark in dressing([text], sign))
        assert not (found.point or found.comma)
    assert all(number is None or math.isfinite(number) for number in (point, comma))


@given(st.lists(st.text("0123456789,._-e", min_size=1, max_size=6), min_size=1, max_size=5))
def test_all_at_once_are_as_one_by_one(texts: list[str]) -> None:
    for decimal in ("point", "comma"):
        at_once = parse_all_plain(texts, decimal)
        if at_once is not None:
            assert at_once.tolist() == [parse_number(text, decimal) for text in texts]


@pytest.mark.parametrize(
    ("texts", "point", "comma", "either"),
    [
        (["1,037"], "", "", "1,037"),
        (["1.037"], "", "", ""),
        (["1,5", "1.037"], "", "1,5", ""),
        (["1,037", "1,5"], "", "1,5", "1,037"),
        (["0,126"], "", "0,126", ""),
        (["1,037.5"], "1,037.5", "", ""),
        (["1.037,5"], "", "1.037,5", ""),
        (["1,000,000"], "1,000,000", "", ""),
        (["1.000.000"], "", "1.000.000", ""),
        (["1,5", "1,000,000"], "1,000,000", "1,5", ""),
        (["Smith, J.", "a.b", "1.2.2024"], "", "", ""),
    ],
)
def test_what_tells_the_decimal_sign(texts: list[str], point: str, comma: str, either: str) -> None:
    found = DecimalEvidence()
    found.look_at(texts)
    assert (found.point, found.comma, found.either) == (point, comma, either)


@pytest.mark.parametrize("text", ["", " ", "?", "NA", "n/a", "NaN", "null", "None", "-", ".", "#N/A"])
def test_these_are_missing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-30", True),
        ("1.2.24", True),
        ("12/31/2024 10:15", True),
        ("2024-01-01T00:00:00Z", True),
        ("1.5", False),
    ],
)
def test_dates(text: str, expected: bool) -> None:
    assert is_date(text) == expected
