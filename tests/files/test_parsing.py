from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuinet.files import MOST_DEPTH, MOST_DIGITS, MOST_VALUES, ParseError, count_values, parse_json, parse_toml

DEEP, DIGITS = MOST_DEPTH + 1, "9" * (MOST_DIGITS + 1)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**50), 10**50)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_json_is_read_as_it_was_written(value: object, is_ascii: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=is_ascii)) == value


@given(st.text(alphabet="[]{}\"'\\,:#=.a1\n \t"))
def test_whatever_the_text_it_is_read_as_the_library_reads_it_or_refused(text: str) -> None:
    for parse, library in ((parse_json, json.loads), (parse_toml, tomllib.loads)):
        try:
            value = parse(text)
        except ParseError as error:
            assert str(error).strip() and error.reason and error.line <= text.count("\n") + 1
        else:
            assert value == library(text)


@given(VALUES)
def test_no_more_values_are_there_than_counted(value: object) -> None:
    def inner(value: object) -> int:
        parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        return len(parts) + sum(map(inner, parts))

    assert inner(value) <= 2 * count_values(json.dumps(value))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * DEEP, "lists and tables are nested more than 32 deep (at line 1)"),
        ("[" * 10_000_000, f"there are more than {MOST_VALUES:,} values in it"),
        ('\n{"a":' * DEEP, f"lists and tables are nested more than 32 deep (at line {DEEP + 1})"),
        ("[[]," * (MOST_VALUES // 2), f"there are more than {MOST_VALUES:,} values in it"),
        ('"' * (2 * MOST_VALUES + 2), f"there are more than {MOST_VALUES:,} values in it"),
        (f"[1,\n{DIGITS}]", "a number has more than 400 digits (at line 2)"),
        (f"[0.{DIGITS}]", "a number has more than 400 digits (at line 1)"),
        ('{"a": 1, "b": 2, "a": 1}', "the key 'a' is there twice"),
        ("[NaN]", "NaN is no number of JSON"),
        ("[-Infinity]", "-Infinity is no number of JSON"),
        ('{"a": ]', "Expecting value (at line 1, column 7)"),
        ("", "Expecting value (at line 1, column 1)"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_is_no_json(text: str, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_json(text)
    assert str(refused.value) == message


def test_what_is_within_the_limits_of_json() -> None:
    text = "[" * MOST_DEPTH + "9" * MOST_DIGITS + "]" * MOST_DEPTH
    assert json.dumps(parse_json(text)) == text
    brackets = "[{" * 100 + "\\"
    assert parse_json(json.dumps([brackets])) == [brackets]
    assert str(parse_json("[NaN, Infinity]", allows_nan=True)) == "[nan, inf]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = " + "[" * DEEP, "lists and tables are nested more than 32 deep (at line 1)"),
        ("b = 1\na = " + "{a=" * DEEP, "lists and tables are nested more than 32 deep (at line 2)"),
        (f"'' = ''\na = {DIGITS}", "a number has more than 400 digits (at line 2)"),
        (f"a = '''\n'''\nb = 0x{'f' * 401}", "a number has more than 400 digits (at line 3)"),
        (".".join("a" * (DEEP + 1)) + " = 1", "a key has more than 32 parts"),
        (f"[{'.'.join(chr(34) + 'b' + chr(34) for _ in range(50_000))}]", "a key has more than 32 parts"),
        ("a = [{" + ".".join("a" * 40) + " = 1}]", "a key has more than 32 parts"),
        ("a = 1979-02-31", "Invalid date or datetime (at line 1)"),
        ("a = 1\na = 2", "Cannot overwrite a value (at line 2)"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_what_is_no_toml(text: str, message: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse_toml(text)
    # What the library says may have its column behind it.
    assert str(refused.value).startswith(message.removesuffix(")"))


def test_what_is_within_the_limits_of_toml() -> None:
    brackets = "[{" * 100 + "." * 100 + DIGITS
    text = f"a = '{brackets}' # {brackets}\nb = '''\n{brackets}'\n''''\nc = \"\"\"{brackets}\\\"\\\\\"\"\"\n"
    text += f'd = {[0.5] * 100}\n"e.f".g = "\\\\{brackets}"\n'
    assert parse_toml(text) == tomllib.loads(text)
