from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tuinet.terminal_text import shown_name
from tuinet.tui.draw.short_names import least_width, short_name, short_names, stacked_names

CLASSES = ("setosa", "versicolor", "virginica")
INPUTS = ("sepal length", "sepal width", "petal length", "petal width")
TEXTS = st.one_of(
    st.text(st.sampled_from("abAB01 _-=.(é花萼한👍🏽\u0301\u200d🔬👩🇩🇪\x1b"), max_size=12),
    st.text(max_size=6),
    st.sampled_from([*CLASSES, *INPUTS]),
)


@pytest.mark.parametrize(
    ("names", "width", "shorter"),
    [
        (CLASSES, 10, CLASSES),
        (CLASSES, 9, ("setosa", "versi", "virgi")),
        (CLASSES, 5, ("setos", "versi", "virgi")),
        (CLASSES, 4, ("set", "ver", "vir")),
        (CLASSES, 1, ("s", "v", "i")),
        (INPUTS, 12, INPUTS),
        (INPUTS, 11, ("sep len", "sep wid", "pet len", "pet wid")),
        (INPUTS, 7, ("sep len", "sep wid", "pet len", "pet wid")),
        (INPUTS, 6, ("se le", "se wi", "pe le", "pe wi")),
        # What all of them have in common tells nothing, and neither does a unit.
        (("mean radius", "mean texture"), 8, ("radius", "texture")),
        (("Iris-setosa", "Iris-versicolor"), 8, ("setosa", "versi")),
        (("length (cm)", "width (cm)"), 8, ("length", "width")),
        # Where names differ late, as those of the texts of a column do, the word in which they differ is in sight.
        (("where it was=harbour, quay", "where it was=hall", "age"), 12, ("wher…harbour", "wher…hall", "age")),
        (("where it was=harbour, quay", "where it was=rocks", "age"), 9, ("wher…harb", "wher…rock", "age")),
        (("where it was=harbour, quay", "where it was=rocks", "age"), 7, ("wher…ha", "wher…ro", "age")),
        # Numbers say little alone, and nothing when they are cut.
        (("feature_1", "feature_2"), 8, ("featu 1", "featu 2")),
        (("measurement1", "measurement2", "measurement10"), 8, ("measu1", "measu2", "measu10")),
        (("temperature", "temperate"), 8, ("temp…ur", "tempe…e")),
        # What would end with a bracket, a comma or a single letter ends before it.
        (("bill_depth_at_gonys_mm", "wing length (mm)"), 9, ("bil dep", "wing len")),
        (("body mass [g], fasting", "age"), 9, ("bod mas", "age")),
        (("Larus canus (adult, white) 1", "Sterna hirundo"), 13, ("Lar can (adu", "Sterna hirun")),
        (("how_old_are_you_in_years", "age"), 12, ("how old are", "age")),
        (("花萼长度", "花萼宽度"), 7, ("花萼长", "花萼宽")),
        (("花萼长度", "花萼宽度"), 2, ("花", "宽")),
        (("👩‍🔬 done", "🇩🇪 done"), 4, ("👩‍🔬", "🇩🇪")),
        (("0", "1", "10"), 2, ("0", "1", "10")),
        (("花",), 1, ("1",)),
    ],
)
def test_shortened_names(names: tuple[str, ...], width: int, shorter: tuple[str, ...]) -> None:
    assert short_names(names, width) == shorter
    assert tuple(short_name(names, index, width) for index in range(len(names))) == shorter


@settings(max_examples=150)
@given(st.lists(TEXTS, max_size=8), st.integers(0, 24))
def test_they_fit_and_names_that_differ_still_do(names: list[str], width: int) -> None:
    found = short_names(tuple(names), width)
    assert all(cell_len(text) <= width for text in found)
    if width:
        assert len(set(found)) == len(set(names))
        assert all(text or not name for text, name in zip(found, names, strict=True))
    assert all(text.isprintable() or shown_name(text) == text for text in found)
    short_names.cache_clear()
    assert short_names(tuple(names), width) == found


def test_more_names_than_there_are_texts() -> None:
    names = tuple(f"unit {number}" for number in range(2000))
    assert len(set(short_names(names, 4))) == 2000
    assert all(cell_len(text) <= 1 for text in short_names(names, 1))


@given(st.lists(TEXTS, min_size=1, max_size=5, unique=True), st.integers(2, 12))
@example(names=["000"], width=2)
def test_names_with_a_word_a_line_differ_too(names: list[str], width: int) -> None:
    found = stacked_names(tuple(names), width)
    assert all(cell_len(line) <= width for lines in found for line in lines)
    assert len(set(found)) == len(names)


def test_no_name_ends_with_a_blank() -> None:
    names = ("site & exposure = < 50 m", "site & exposure = [rock]", "site & exposure = wet")
    assert all(text == text.rstrip() for width in range(3, 12) for text in short_names(names, width))


def test_a_word_a_line() -> None:
    assert stacked_names(INPUTS, 6)[2:] == (("petal", "length"), ("petal", "width"))
    assert stacked_names(("temperature_max", "temperature_min"), 6) == (("tempe", "max"), ("tempe", "min"))
    assert stacked_names(("花萼长度", "花萼宽度"), 6) == (("花萼长",), ("花萼宽",))


def test_wide_first_characters_need_two_cells() -> None:
    assert least_width(("setosa", "花")) == 2
    assert least_width(CLASSES) == 1
    assert least_width(()) == least_width(("",)) == 1


def test_a_word_of_wide_characters_keeps_as_many_as_other_words() -> None:
    names = ("Crataegus monogyna", "Prunus spinosa × domestica", "未確認の種")
    assert short_names(names, 16)[2] == "未確認"
    assert short_names(names, 20)[2] == "未確認の種"


@pytest.mark.parametrize("width", range(1, 9))
def test_no_name_is_blank_or_ends_in_a_blank(width: int) -> None:
    names = ("Leaf length (cm)", "水分 moisture %", "place=東京都 (Tōkyō)", "place=🍎 apple, red", "place=x")
    found = short_names(names, width)
    assert all(text and text == text.strip() for text in found)
    assert len(set(found)) == len(names)
